// npm run ops: writes the alert rules and the dashboard anew from the objectives. A test refuses stale ones.
import { writeFileSync } from 'node:fs';
import { askedOrExit, readNothing } from '../command-help.ts';
import { opsFiles } from './ops-files.ts';

askedOrExit(
  `npm run ops
  writes ${Object.keys(opsFiles).join(' and ')} anew from the objectives`,
  readNothing,
);
for (const [path, made] of Object.entries(opsFiles)) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), made());
  console.log(path);
}
