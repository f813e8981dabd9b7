// Small comforts. Every page works without this file.
(function () {
  'use strict';
  var doc = document;

  // Only strings that come from our own server are put into a page (by htmx); a text never becomes a script or the address of one.
  if (window.trustedTypes && window.trustedTypes.createPolicy) {
    window.trustedTypes.createPolicy('default', {createHTML: function (s) { return s; }});
  }

  // Buttons that only work with a script show themselves now.
  function reveal(root) {
    root.querySelectorAll('[data-close][hidden],[data-print][hidden]').forEach(function (el) { el.hidden = false; });
  }

  function closest(ev, what) {
    return ev.target instanceof Element ? ev.target.closest(what) : null;
  }

  doc.addEventListener('click', function (ev) {
    var el = closest(ev, '[data-close]');
    if (el) { el.closest('.notice').remove(); return; }
    if (closest(ev, '[data-print]')) { window.print(); return; }
    if (closest(ev, '[data-back]')) { history.back(); return; }
    // An open menu closes when something else is clicked.
    doc.querySelectorAll('details.menu[open]').forEach(function (d) {
      if (!d.contains(ev.target)) { d.open = false; }
    });
  });

  // Forms that cannot be taken back ask first; a form is sent once only.
  doc.addEventListener('submit', function (ev) {
    var form = ev.target, ask = form.getAttribute('data-confirm');
    if (ask && !window.confirm(ask)) { ev.preventDefault(); return; }
    if (form.method === 'post' && !form.hasAttribute('hx-post')) {
      // One that sends files may have a button for each: only the same one twice is too much.
      var what = form.hasAttribute('data-files') && ev.submitter ? ev.submitter.value : '1';
      if (form.dataset.sent && (form.dataset.sent === what || what === '1')) { ev.preventDefault(); return; }
      form.dataset.sent = what;
      form.setAttribute('aria-busy', 'true');
      // A form that answers with a file leaves the page as it is: free it again.
      setTimeout(free, 5000, form);
    }
  });
  function free(form) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
  }
  window.addEventListener('pageshow', function () { doc.querySelectorAll('form[data-sent]').forEach(free); });

  function typing(el) { return /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || el.isContentEditable; }

  // Up and down walk the visible rows of a tree; right opens, left closes.
  function treeKey(ev, link) {
    var tree = link.closest('.tree');
    var rows = Array.prototype.filter.call(tree.querySelectorAll('.tree-row > a:not(.tree-toggle)'), function (a) {
      return a.offsetParent !== null;
    });
    var at = rows.indexOf(link), toggle = link.parentNode.querySelector('.tree-toggle');
    var open = toggle && toggle.getAttribute('aria-expanded') === 'true';
    if (ev.key === 'ArrowDown' && rows[at + 1]) { rows[at + 1].focus(); }
    else if (ev.key === 'ArrowUp' && rows[at - 1]) { rows[at - 1].focus(); }
    else if (ev.key === 'ArrowRight' && toggle && !open) { toggle.click(); }
    else if (ev.key === 'ArrowLeft' && toggle && open) { toggle.click(); }
    else { return; }
    ev.preventDefault();
  }

  // In a table of inputs Enter goes to the same column one row down.
  function gridKey(ev, input) {
    var cell = input.closest('td'), row = cell && cell.parentNode, next = row && row.nextElementSibling;
    var below = next && next.cells[cell.cellIndex] && next.cells[cell.cellIndex].querySelector('input');
    ev.preventDefault();
    if (below) { below.focus(); below.select(); }
  }

  doc.addEventListener('keydown', function (ev) {
    if (ev.ctrlKey || ev.altKey || ev.metaKey || ev.isComposing) { return; }
    var el = ev.target;
    if (ev.key === 'Escape') {
      var menu = closest(ev, 'details.menu[open]');
      if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
      return;
    }
    if (ev.key === '/' && !typing(el)) {
      var box = doc.querySelector('[data-search]');
      if (box) { ev.preventDefault(); box.focus(); box.select(); }
      return;
    }
    if (ev.key === 'Enter' && el.matches('[data-grid] input')) { gridKey(ev, el); return; }
    if (el.matches('.tree .tree-row > a:not(.tree-toggle)')) { treeKey(ev, el); }
  });

  // Enter in a sheet only ever goes down: the character that follows the key must not send the form from the field below.
  doc.addEventListener('keypress', function (ev) {
    if (ev.key === 'Enter' && ev.target.matches('[data-grid] input')) { ev.preventDefault(); }
  });

  // A tree branch that is loaded already opens and closes without the server.
  doc.addEventListener('click', function (ev) {
    var toggle = closest(ev, '.tree-toggle'), branch;
    if (!toggle) { return; }
    branch = doc.getElementById(toggle.getAttribute('aria-controls'));
    if (!branch) { return; }
    if (!branch.firstElementChild) { // htmx (or the address) brings it now
      branch.hidden = false;
      toggle.setAttribute('aria-expanded', 'true');
      return;
    }
    ev.preventDefault();
    ev.stopPropagation();
    branch.hidden = !branch.hidden;
    toggle.setAttribute('aria-expanded', String(!branch.hidden));
  }, true);

  // A form that came back with errors starts at the first of them.
  function firstWrong(root) {
    var el = root.querySelector('[aria-invalid="true"]');
    if (el) { el.focus(); }
  }

  doc.addEventListener('htmx:afterSettle', function (ev) { reveal(ev.target); firstWrong(ev.target); });
  reveal(doc);
  firstWrong(doc);
})();
