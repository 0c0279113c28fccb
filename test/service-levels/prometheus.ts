// A Prometheus as small as the generated rules need: keeps what it scrapes, records the recording rules, says which alerts fire.
import { alertRules, recordingRules } from '../../src/service-levels/alert-rules.ts';
import { evaluate, type Sample, type Series } from './promql.ts';

export interface SmallPrometheus {
  /** The text of `/metrics` at an instant, in seconds. */
  scrape(text: string, at: number): void;
  /** Evaluates all rules in their order; answers the names of the alerts that fire. */
  firing(at: number): readonly string[];
}

export function createSmallPrometheus(): SmallPrometheus {
  const series = new Map<string, Series>();

  function record(name: string, labels: Readonly<Record<string, string>>, sample: Sample): void {
    const key = `${name}${JSON.stringify(labels)}`;
    const known = series.get(key) ?? { name, labels, samples: [] };
    series.set(key, known);
    known.samples.push(sample);
  }

  return {
    scrape(text, at) {
      for (const line of text.split('\n')) {
        const [, name, inner = '', value] = /^(kairos_service_level_\w+)\{([^}]*)\} (\S+)/.exec(line) ?? [];
        if (name === undefined) continue;
        const labels = [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]);
        record(name, Object.fromEntries(labels), { at, value: Number(value) });
      }
    },
    firing(at) {
      for (const rule of recordingRules()) {
        // What is not recorded this time is stale, not what it was.
        for (const each of series.values()) if (each.name === rule.record) each.samples.length = 0;
        for (const { labels, value } of evaluate(rule.expr, [...series.values()], at)) {
          record(rule.record, labels, { at, value });
        }
      }
      const all = [...series.values()];
      return alertRules()
        .filter(({ expr }) => evaluate(expr, all, at).length > 0)
        .map(({ alert }) => alert);
    },
  };
}
