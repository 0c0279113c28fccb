// What is counted of connections, answers over HTTP, and subscriptions.
import type { ServerObserver } from '../graphql/http-observer.ts';
import type { Metrics } from './metrics.ts';
import { createSeries } from './series.ts';

export function createHttpMetrics(metrics: Metrics): ServerObserver {
  const answers = metrics.counts('kairos_http_answers_total');
  const durations = metrics.timings('kairos_http_request_duration_seconds');
  const subscriptions = createSeries(() => ({ value: 0 }));
  let connections = 0;
  metrics.gauge('kairos_http_connections', () => [{ value: connections }]);
  metrics.gauge('kairos_subscriptions', () =>
    subscriptions.all().map(({ values, cell }) => ({ values, value: cell.value })),
  );
  for (const wire of ['websocket', 'sse', 'multipart', 'callback']) subscriptions.at(wire);
  return {
    answered(status, milliseconds) {
      answers.at(String(status)).value += 1;
      if (milliseconds !== undefined) durations.at().observe(milliseconds / 1000);
    },
    connected(change) {
      connections += change;
    },
    subscribed(wire, change) {
      subscriptions.at(wire).value += change;
    },
  };
}
