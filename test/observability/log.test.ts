// What a process says of itself: a line for each thing that has happened, whole, and nothing that a log must not show.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { createJsonLog } from '../../src/observability/json-log.ts';
import { createTextLog } from '../../src/observability/log.ts';
import { redacted } from '../../src/observability/redaction.ts';
import { startTracing } from '../../src/observability/tracing.ts';
import type { Json } from '../running-kairos.ts';
import { secretsIn } from '../secrets-in-output.ts';
import { startProcess } from '../started-process.ts';

function jsonLines(level: 'info' | 'error' = 'info') {
  const lines: Json[] = [];
  const to = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, log: createJsonLog({ level, always: { role: 'all' }, to }) };
}

describe('a log in JSON', () => {
  it('has an error whole in one line, with its causes, and whose call it was', () => {
    const { lines, log } = jsonLines();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', command: { args: ['x'] } });
    log.report(new TypeError('it could not be read', { cause }), 'call-7');
    expect(lines).toEqual([
      {
        level: 'error',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        pid: process.pid,
        role: 'all',
        msg: 'it could not be read',
        correlationId: 'call-7',
        error: {
          type: 'TypeError',
          message: 'it could not be read',
          stack: expect.stringContaining('log.test.ts'),
          causes: [{ type: 'Error', message: 'connect ECONNREFUSED', stack: expect.any(String), code: 'ECONNREFUSED' }],
        },
      },
    ]);
  });

  it('has several causes of one error, and ends where an error is its own cause', () => {
    const { lines, log } = jsonLines();
    const own = new Error('again');
    own.cause = own;
    log.report(new AggregateError([new Error('first'), own, 'no error'], 'both'));
    const [first, second, third] = lines[0].error.causes;
    expect([first.message, second.message, third.message]).toEqual(['first', 'again', 'no error']);
    expect(JSON.stringify(second).match(/"message":"again"/g)?.length).toBeLessThan(10);
  });

  it('has a sentence about an outage as a warning, and what was to be expected by its facts', () => {
    const { lines, log } = jsonLines();
    log.report('The event log does not answer: timeout.');
    log.say('Kairos listens', { msg: 'started', url: 'http://127.0.0.1:4000' });
    log.say('only for people');
    log.giveUp(new Error('the port is taken'));
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'The event log does not answer: timeout.'],
      ['info', 'started'],
      ['fatal', 'the port is taken'],
    ]);
  });

  it('says nothing below its level', () => {
    const { lines, log } = jsonLines('error');
    log.say(undefined, { msg: 'started' });
    log.report('an outage');
    log.report(new Error('a fault'));
    expect(lines.map(({ msg }) => msg)).toEqual(['a fault']);
  });

  it('names the trace in which something went wrong', async () => {
    const tracing = { sampler: 'always_on', ratio: 1, exporter: new InMemorySpanExporter() } as const;
    const traces = startTracing(tracing, () => {});
    onTestFinished(traces.stop);
    const { lines, log } = jsonLines();
    const span = trace.getTracer('test').startSpan('work');
    context.with(trace.setSpan(context.active(), span), () => log.report(new Error('a fault')));
    expect(lines[0].traceId).toBe(span.spanContext().traceId);
  });
});

describe('what a log must not show', () => {
  const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';
  it.each([
    [`the header authorization: Bearer ${token} is wrong`, 'the header authorization: Bearer [a token] is wrong'],
    [`no ${token} here`, 'no [a token] here'],
    ['redis://kairos:hunter2@127.0.0.1:6379/0 is away', 'redis://[a password]@127.0.0.1:6379/0 is away'],
    ['no customer carl@example.org, ann@mail.example.com', 'no customer [an address], [an address]'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nend', '[a private key]\nend'],
    ['listens on http://127.0.0.1:4000/graphql at @home (src/app.ts:12)', undefined],
  ])('%s', (text, shown = text) => {
    expect(redacted(text)).toBe(shown);
    expect(secretsIn(redacted(text))).toEqual([]);
  });

  it('is what an error carries besides: a command that failed has the keys and the data of somebody', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const command = { name: 'evalsha', args: ['kairos:customer:1:{carl}'] };
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', command });
    createTextLog('info').report(Object.assign(new Error('no script', { cause }), { command }), 'call-7');
    createTextLog('info').report({ carl: 'no error' });
    const [[shown], [other]] = printed.mock.calls as [[string], [string]];
    expect(shown).toContain('log.test.ts');
    expect(shown).toMatch(/\n {2}because of Error: connect\n[\s\S]*code: ECONNREFUSED/);
    expect(shown + other).not.toContain('carl');
  });

  it('is looked for in as much as a person would read, so that no message holds the process up', () => {
    const shown = redacted(`${'a.'.repeat(500_000)} eyJ`);
    expect(shown.length).toBeLessThan(17_000);
    expect(shown).toMatch(/… and \d+ characters more$/);
  });

  it('is not in a line, whatever it came by, in JSON or for people', () => {
    const { lines, log } = jsonLines();
    const error = new Error(`refused ${token}`, { cause: Object.assign(new Error('carl@example.org'), { token }) });
    log.report(error);
    log.giveUp(error);
    expect(secretsIn(JSON.stringify(lines))).toEqual([]);
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    createTextLog('info').report(error, 'call-7');
    const [[shown]] = printed.mock.calls as [[string]];
    expect(shown).toMatch(/^Kairos \[call-7\]: Error: refused \[a token\]/);
    expect(secretsIn(shown)).toEqual([]);
  });
});

test('a process that logs JSON prints nothing else, from its start to its end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const kairos = await startProcess({ KAIROS_DATA: folder, KAIROS_DEMO: 'off', KAIROS_LOG: 'json' });
  expect(await kairos.end('SIGTERM')).toBe(0);
  const lines = kairos
    .output()
    .trim()
    .split('\n')
    .map((line): Json => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual(['started', 'stopping', 'stopped']);
  expect(lines[0]).toMatchObject({ level: 'info', service: 'kairos', role: 'all', access: 'open' });
  const damaged = await startProcess({ KAIROS_DATA: '/dev/null/none', KAIROS_LOG: 'json' }).catch(String);
  expect(damaged).toMatch(/"level":"fatal".*"msg":"KAIROS_DATA/);
});
