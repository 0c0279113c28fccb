// Who may import whom, read from the imports themselves; and no file that is too long to be read in one go.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const longest = 300;
const folders = ['src', 'projections', 'test', 'demo', 'bench'];

/** A folder or file, and what it may import of the project besides itself. Packages of npm are listed where they are limited. */
interface Rule {
  readonly of: string;
  readonly project: readonly string[];
  readonly packages?: readonly string[];
  /** It may put adapters together, as `src/app.ts` does. */
  readonly composes?: boolean;
}

const aggregateBasis = ['src/aggregates/decider.ts', 'src/aggregates/values.ts', 'src/aggregates/cap-rule.ts'];
const rules: readonly Rule[] = [
  ...readdirSync(join(root, 'src/aggregates'), { withFileTypes: true }).map((entry) => ({
    of: `src/aggregates/${entry.name}`,
    project: aggregateBasis,
    packages: ['zod'],
  })),
  { of: 'src/decisioning', project: [], packages: ['@marcbachmann/cel-js'] },
  // One file each: the two packages are never in one process.
  { of: 'src/event-store/eventstoredb-client.ts', project: ['src/event-store'], packages: ['@eventstore/db-client'] },
  { of: 'src/event-store/kurrentdb-client.ts', project: ['src/event-store'], packages: ['@kurrent/kurrentdb-client'] },
  { of: 'src/event-store', project: ['src/aggregates/decider.ts', 'src/last-used.ts'], packages: ['node:'] },
  { of: 'src/authentication', project: ['src/last-used.ts', 'src/loopback.ts'], packages: ['jose', 'node:'] },
  { of: 'src/redis', project: [], packages: ['ioredis', 'node:'] },
  { of: 'src/late-spool', project: [], packages: ['node:'] },
  { of: 'src/propensity', project: ['src/application/propensity-service.ts'], packages: ['zod', 'node:'] },
  { of: 'src/screen-pop', project: ['src/aggregates/decider.ts', 'src/redis'], packages: ['node:'] },
  // The command lines put adapters together, as the server does.
  ...['main.ts', 'open-place.ts'].map((file) => ({
    of: `src/log-transfer/${file}`,
    project: ['src/log-transfer', 'src/event-store', 'src/data-folder.ts', 'demo/progress.ts', 'src/command-help.ts'],
    packages: ['node:'],
    composes: true,
  })),
  { of: 'src/log-transfer', project: ['src/event-store/event-store.ts'], packages: ['node:'] },
  {
    of: 'projections/main.ts',
    project: ['src', 'projections', 'demo/progress.ts'],
    packages: ['node:'],
    composes: true,
  },
  {
    of: 'projections',
    project: [
      'src/aggregates/*/events.ts',
      ...aggregateBasis,
      'src/decisioning',
      'src/event-store/event-store.ts',
      'src/event-store/first-event.ts',
      'src/event-store/stream-names.ts',
      'src/screen-pop/screen-pop-feed.ts',
      'src/redis',
      'src/last-used.ts',
    ],
    packages: ['zod', 'node:'],
  },
  {
    of: 'src/report/main.ts',
    project: ['src', 'projections/cap-recount.ts', 'demo/progress.ts'],
    packages: ['node:'],
    composes: true,
  },
  {
    of: 'src/report',
    project: [
      'src/aggregates/*/events.ts',
      'src/application/decision-records.ts',
      'src/event-store/event-store.ts',
      'src/service-levels',
      'src/last-used.ts',
      'projections/cap-recount.ts',
    ],
    packages: ['node:'],
  },
  {
    of: 'src/service-levels/main.ts',
    project: ['src/service-levels', 'src/command-help.ts'],
    packages: ['node:'],
  },
  {
    of: 'src/service-levels',
    project: [
      'src/aggregates/*/events.ts',
      'src/application/observations.ts',
      'src/decisioning/compiled-catalogue.ts',
      'src/event-store/event-store.ts',
      'src/last-used.ts',
    ],
    packages: ['node:'],
  },
  {
    of: 'src/application',
    project: [
      'src/aggregates',
      'src/decisioning',
      'src/event-store/event-store.ts',
      'src/event-store/execute.ts',
      'src/late-spool/late-spool.ts',
      'src/breaker.ts',
      'src/last-used.ts',
      'projections',
      'src/screen-pop/screen-pop-feed.ts',
      'src/service-levels/service-levels.ts',
    ],
    packages: ['node:'],
  },
  {
    of: 'src/graphql',
    project: [
      'src/aggregates',
      'src/decisioning',
      'src/application',
      'src/authentication',
      'src/loopback.ts',
      'projections',
      'src/event-store/event-store.ts',
      'src/event-store/execute.ts',
      'src/screen-pop/screen-pop-feed.ts',
      'src/service-levels/service-levels.ts',
      'src/last-used.ts',
    ],
  },
  // The SDK is in one file: whoever makes spans makes them by its API, and loads nothing when none is kept.
  ...['tracing.ts', 'tracing-settings.ts'].map((file) => ({
    of: `src/observability/${file}`,
    project: ['src/observability/tracing-settings.ts'],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/context-async-hooks',
      '@opentelemetry/exporter-trace-otlp-proto',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace',
      '@opentelemetry/semantic-conventions',
    ],
  })),
  {
    of: 'src/observability',
    project: [
      'src/application/kairos.ts',
      'src/application/observations.ts',
      'src/breaker.ts',
      'src/event-store/event-store.ts',
      'src/event-store/stream-names.ts',
      'src/graphql/context.ts',
      'src/graphql/http-answer.ts',
      'src/graphql/http-observer.ts',
      'src/graphql/operation-tracing.ts',
      'src/redis/guarded-scripts.ts',
      'src/screen-pop/screen-pop-feed.ts',
      'src/service-levels/service-levels.ts',
    ],
    packages: ['node:', 'prom-client', 'pino', '@opentelemetry/api', 'graphql'],
  },
  {
    of: 'src/config.ts',
    project: [
      'src/environment.ts',
      'src/observability/log.ts',
      'src/observability/tracing-settings.ts',
      'src/decisioning/vocabulary.ts',
      'src/redis/redis-settings.ts',
      'src/event-store/event-store-url.ts',
      'src/authentication/token-settings.ts',
      'src/loopback.ts',
      'src/persisted-operations-file.ts',
    ],
  },
  // Its peers come by `loadPeer` only: they are not there before a bench is run.
  {
    of: 'bench',
    project: ['src', 'projections', 'demo'],
    packages: ['@marcbachmann/cel-js', '@eventstore/db-client', 'node:'],
    composes: true,
  },
];
/** Files that only the composition root puts in; those of `src/redis` are no adapters but what adapters are made of. */
const adapters = /(?<!\/src\/redis)\/(in-process|sqlite|redis|eventstoredb|kurrentdb|server|open)-[^/]+\.ts$/;

/** What `rules` forbid among the imports of one file, each with the import and the file. */
function violationsOf(file: string, source: string): string[] {
  const rule = rules.find(({ of }) => file === of || file.startsWith(`${of}/`));
  if (!rule) return [];
  return importsOf(source).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const allowed = rule.packages?.some(
        (name) => specifier === name || (name.endsWith(':') && specifier.startsWith(name)),
      );
      return rule.packages === undefined || allowed ? [] : [`${file} imports the package ${specifier}`];
    }
    const target = normalize(join(dirname(file), specifier));
    if (target === rule.of || target.startsWith(`${rule.of}/`)) return [];
    const allowed = rule.project.some((pattern) => matches(target, pattern));
    const reachesAdapter = !rule.composes && adapters.test(`/${target}`);
    return allowed && !reachesAdapter ? [] : [`${file} imports ${target}`];
  });
}

function importsOf(source: string): string[] {
  const statements = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
  );
  return [...statements].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
}

function matches(target: string, pattern: string): boolean {
  if (pattern.includes('*'))
    return new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[^/]+')}$`).test(target);
  return target === pattern || target.startsWith(`${pattern}/`);
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

describe('architecture', () => {
  it.each(['src', 'projections', 'bench'])('every file of %s imports only what its folder may', (folder) => {
    const violations = sources(folder).flatMap((file) => violationsOf(file, readFileSync(join(root, file), 'utf8')));
    expect(violations).toEqual([]);
  });

  it.each([
    ['src/decisioning/decide.ts', "import { readFileSync } from 'node:fs';"],
    ['src/decisioning/decide.ts', "import type { CapEvent } from '../aggregates/cap/events.ts';"],
    ['src/aggregates/offer/decider.ts', "import { capDecider } from '../cap/decider.ts';"],
    ['src/event-store/execute.ts', "import { decide } from '../decisioning/decide.ts';"],
    ['projections/runner.ts', "import { offerDecider } from '../src/aggregates/offer/decider.ts';"],
    ['src/application/kairos.ts', "import { createSqliteEventStore } from '../event-store/sqlite-event-store.ts';"],
    ['src/application/kairos.ts', "import { openEventStore } from '../event-store/open-event-store.ts';"],
    ['src/event-store/execute.ts', "import { EventStoreDBClient } from '@eventstore/db-client';"],
    ['src/event-store/kurrentdb-client.ts', "import { EventStoreDBClient } from '@eventstore/db-client';"],
    ['bench/rebuild/bench.ts', "import { start } from '../../test/running-kairos.ts';"],
    ['bench/decide/engines/growthbook.ts', "import { evalCondition } from '@growthbook/growthbook';"],
    ['projections/runner.ts', "import { median } from '../bench/statistics.ts';"],
    ['projections/runner.ts', "import { Redis } from 'ioredis';"],
    ['src/application/kairos.ts', "import { createRedisCapGate } from '../../projections/redis-cap-gate.ts';"],
    ['src/graphql/context.ts', "const gate = await import('../../projections/in-process-cap-gate.ts');"],
  ])('a forbidden import planted in %s is found: %s', (file, planted) => {
    expect(violationsOf(file, planted)).toHaveLength(1);
  });

  it('decisioning reads no clock and draws no chance of its own', () => {
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/;
    const found = sources('src/decisioning').filter((file) => impure.test(readFileSync(join(root, file), 'utf8')));
    expect(found).toEqual([]);
  });

  it(`no file has more than ${longest} lines`, () => {
    const long = folders
      .flatMap(sources)
      .filter((file) => !file.endsWith('/generated.ts'))
      .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > longest + 1);
    expect(long).toEqual([]);
  });

  it('no folder is a drawer for what has no place', () => {
    const drawers = /\/(utils?|common|core|lib|helpers?|types|index)(\.ts|\/)/;
    expect(folders.flatMap(sources).filter((file) => drawers.test(`/${file}`))).toEqual([]);
  });
});
