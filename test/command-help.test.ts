// What a person who does not know a command is told by it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Runs the script of `package.json` as npm does, without npm. */
function run(script: string, words: readonly string[], folder: string) {
  const [, ...args] = (scripts[script] ?? '').split(' ');
  const options = { cwd: root, env: { PATH: process.env.PATH, KAIROS_DATA: folder } };
  return new Promise<{ code: number; output: string; errors: string }>((resolve) => {
    const child = execFile(process.execPath, [...args, ...words], options, (_, output, errors) =>
      resolve({ code: child.exitCode ?? -1, output, errors }),
    );
  });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const commands = [
  'projections',
  'events',
  'report',
  'chaos',
  'bench',
  'demo:replay',
  'demo:trim',
  'token',
  'ops',
  'start',
];

test.each(commands)('npm run %s -- --help says how it is called, and does nothing else', async (script) => {
  const { code, output, errors } = await run(script, ['--help'], temporaryFolder());
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toMatch(new RegExp(`^npm (run )?(-s )?${script}\\b.*\\n {2}`));
});

test.each(commands)('npm run %s -- with an option that it does not have names it, and does nothing', async (script) => {
  const { code, output, errors } = await run(script, ['--nope'], temporaryFolder());
  expect({ code: code === 0, output }).toEqual({ code: false, output: '' });
  expect(errors).toContain("'--nope'");
  expect(errors).not.toContain('    at ');
});

test.each([
  [['--roles', 'decide,nope'], '--roles: there is no role nope'],
  [['--subject', 'ann@example.org'], '--subject: '],
  [['--minutes', 'long'], '--minutes: '],
  [['--hours', '1'], '--hours'],
])('a token that nobody would take is not made: %j', async (words, why) => {
  const { code, output, errors } = await run('token', words, temporaryFolder());
  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(errors).toContain(why);
  expect(errors).not.toContain('    at ');
});
