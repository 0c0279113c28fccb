// A feed of screen pops whose publishing is a span of the trace that caused the pop.
import { SpanKind } from '@opentelemetry/api';
import type { ScreenPopFeed } from '../screen-pop/screen-pop-feed.ts';
import { endSpan, keptContext, tracer } from './spans.ts';

export function observeScreenPops<Feed extends ScreenPopFeed>(feed: Feed): Feed {
  return {
    ...feed,
    publish(pop) {
      const parent = pop.traceparent === undefined ? undefined : keptContext(pop.traceparent);
      if (!parent) return feed.publish(pop);
      const span = tracer().startSpan('publish screen pop', { kind: SpanKind.PRODUCER }, parent);
      const publishing = feed.publish(pop);
      publishing.then(
        () => endSpan(span),
        (error: unknown) => endSpan(span, error),
      );
      return publishing;
    },
  };
}
