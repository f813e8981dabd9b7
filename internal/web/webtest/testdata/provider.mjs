// A real OpenID Connect provider for TestProvider, on a free port of this machine: node provider.mjs REDIRECT CLIENT SECRET.
// It prints its issuer. Whatever name somebody signs in with there becomes the subject; the pages are those the library brings along.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirect, client, secret] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, preferred_username: `${sub}@coquan` }) }),
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}\n`);
});
