// docs/observability.md lists every metric as it is.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { metrics } from '../../src/observability/metric-table.ts';

const page = readFileSync(new URL('../../docs/observability.md', import.meta.url), 'utf8');

it('the table of metrics in the documentation is that of the program', () => {
  const documented = page.split('\n').filter((line) => line.startsWith('| `kairos_') && !line.includes('> 0'));
  const rows = Object.entries(metrics).map(([name, { kind, labels, help }]) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${named} | ${help} |`;
  });
  expect(documented).toEqual(rows);
});

it('names of metrics go by the conventions of Prometheus', () => {
  for (const [name, { kind }] of Object.entries(metrics)) {
    expect(name).toMatch(/^kairos_[a-z_]+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
    expect([name, kind === 'histogram']).toEqual([name, kind === 'histogram' && name.endsWith('_seconds')]);
  }
});
