// Makes tokens for trying things out, signed with a key of one's own: an identity provider does it where it matters.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { subjectRule, tokenFaults } from '../src/authentication/token-verifier.ts';
import { askedOrExit } from '../src/command-help.ts';
import { roles as roleDescriptions, roleNames } from '../src/graphql/roles.ts';

const usage = `npm run -s token -- --subject <id> --roles <role>,…
  --subject <id>      who the caller is, an opaque id; ann if absent
  --roles <role>,…    of ${roleNames.join(', ')}; none if absent
  --minutes <n>       how long the token is good, 60 if absent
  --data <folder>     where the key is, or is made; KAIROS_DATA or data if absent`;

/** @throws Error that says which option is wrong. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      subject: { type: 'string', default: 'ann' },
      roles: { type: 'string', default: '' },
      minutes: { type: 'string', default: '60' },
      data: { type: 'string', default: process.env.KAIROS_DATA || 'data' },
    },
  });
  const roles = values.roles.split(',').filter((role) => role !== '');
  const unknown = roles.find((role) => !Object.hasOwn(roleDescriptions, role));
  if (unknown !== undefined) throw new Error(`--roles: there is no role ${unknown}`);
  if (!subjectRule.test(values.subject)) throw new Error(`--subject: ${tokenFaults.TOKEN_SUBJECT_INVALID}`);
  if (!(Number(values.minutes) > 0)) throw new Error(`--minutes: must be a number, not ${values.minutes}`);
  return { ...values, roles };
}

const values = askedOrExit(usage, readOptions);
const [issuer, audience, algorithm] = ['https://tokens.localhost', 'kairos', 'ES256'] as const;
const privateFile = join(values.data, 'token-key.private.pem');
const publicFile = join(values.data, 'token-key.pem');

if (!existsSync(privateFile)) {
  const made = await generateKeyPair(algorithm, { extractable: true });
  mkdirSync(values.data, { recursive: true, mode: 0o700 });
  writeFileSync(privateFile, await exportPKCS8(made.privateKey), { mode: 0o600 });
  writeFileSync(publicFile, await exportSPKI(made.publicKey));
}
const token = await new SignJWT({ roles: values.roles })
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
