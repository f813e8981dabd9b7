// Passkeys: asks the browser and hands its answer to the server. Pages say what else works without this file.
(function () {
  'use strict';
  var doc = document;

  function bytes(text) {
    var raw = atob(text.replace(/-/g, '+').replace(/_/g, '/')), out = new Uint8Array(raw.length), i;
    for (i = 0; i < raw.length; i++) { out[i] = raw.charCodeAt(i); }
    return out.buffer;
  }
  function text(buffer) {
    var raw = '', all = new Uint8Array(buffer), i;
    for (i = 0; i < all.length; i++) { raw += String.fromCharCode(all[i]); }
    return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }

  function post(path, body) {
    return fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body), credentials: 'same-origin'})
      .then(function (r) {
        return r.json().then(function (answer) {
          if (!r.ok) { throw new Error(answer.error || r.statusText); }
          return answer;
        });
      });
  }

  function ready(list) { return (list || []).map(function (c) { return Object.assign({}, c, {id: bytes(c.id)}); }); }

  function create(o) {
    o.challenge = bytes(o.challenge);
    o.user.id = bytes(o.user.id);
    o.excludeCredentials = ready(o.excludeCredentials);
    return navigator.credentials.create({publicKey: o}).then(function (c) {
      return {id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment || undefined,
        clientExtensionResults: c.getClientExtensionResults(),
        response: {attestationObject: text(c.response.attestationObject), clientDataJSON: text(c.response.clientDataJSON),
          transports: c.response.getTransports ? c.response.getTransports() : []}};
    });
  }

  function show(o) {
    o.challenge = bytes(o.challenge);
    o.allowCredentials = ready(o.allowCredentials);
    return navigator.credentials.get({publicKey: o}).then(function (c) {
      return {id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment || undefined,
        clientExtensionResults: c.getClientExtensionResults(),
        response: {authenticatorData: text(c.response.authenticatorData), clientDataJSON: text(c.response.clientDataJSON),
          signature: text(c.response.signature), userHandle: c.response.userHandle ? text(c.response.userHandle) : undefined}};
    });
  }

  function run(form) {
    var path = form.getAttribute('data-passkey'), said = form.querySelector('[data-said]'), token;
    var make = form.getAttribute('data-make') === '1';
    form.setAttribute('aria-busy', 'true');
    said.textContent = '';
    post(path + '/hoi', {}).then(function (asked) {
      token = asked.token;
      return make ? create(asked.options.publicKey) : show(asked.options.publicKey);
    }).then(function (answer) {
      var name = form.elements.name, next = form.elements.next;
      return post(path, {token: token, answer: answer, name: name ? name.value : '', next: next ? next.value : ''});
    }).then(function (done) {
      location.assign(done.to);
    }).catch(function (why) {
      form.removeAttribute('aria-busy');
      said.textContent = why && why.name === 'NotAllowedError' ? form.getAttribute('data-refused') : (why && why.message) || String(why);
    });
  }

  doc.querySelectorAll('form[data-passkey]').forEach(function (form) {
    if (!window.PublicKeyCredential || !navigator.credentials) { return; }
    form.hidden = false;
    form.addEventListener('submit', function (ev) { ev.preventDefault(); ev.stopPropagation(); run(form); });
  });
})();
