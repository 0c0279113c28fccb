// Makes tokens for trying things out, signed with a key of one's own: an identity provider does it where it matters.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose';

const { values } = parseArgs({
  options: {
    subject: { type: 'string', default: 'ann' },
    roles: { type: 'string', default: '' },
    minutes: { type: 'string', default: '60' },
    data: { type: 'string', default: process.env.KAIROS_DATA || 'data' },
  },
});
const [issuer, audience, algorithm] = ['https://tokens.localhost', 'kairos', 'ES256'] as const;
const privateFile = join(values.data, 'token-key.private.pem');
const publicFile = join(values.data, 'token-key.pem');

if (!existsSync(privateFile)) {
  const made = await generateKeyPair(algorithm, { extractable: true });
  mkdirSync(values.data, { recursive: true });
  writeFileSync(privateFile, await exportPKCS8(made.privateKey), { mode: 0o600 });
  writeFileSync(publicFile, await exportSPKI(made.publicKey));
}
const token = await new SignJWT({ roles: values.roles.split(',') })
  .setProtectedHeader({ alg: algorithm })
  .setIssuer(issuer)
  .setAudience(audience)
  .setSubject(values.subject)
  .setIssuedAt()
  .setExpirationTime(`${values.minutes} minutes`)
  .sign(await importPKCS8(readFileSync(privateFile, 'utf8'), algorithm));

console.error(
  `For a Kairos with KAIROS_JWT_KEY=${publicFile} KAIROS_JWT_ISSUER=${issuer} KAIROS_JWT_AUDIENCE=${audience}`,
);
console.log(token);
