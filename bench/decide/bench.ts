// npm run bench -- decide: the engine against its peers, growth with the catalogue, explanations, heap, publishing.
import type { Bench } from '../bench.ts';
import { quick, thorough } from '../interleaved.ts';
import { sizes } from './growth.ts';
import { comparisonPart, explanationPart, growthPart, heapPart, peersPart, publishingPart } from './sections.ts';

export const runDecide: Bench = async (options) => {
  const rounds = options.quick ? quick : thorough;
  const offerCounts = options.quick ? sizes.slice(0, 2) : sizes;
  const parts = [
    await comparisonPart(rounds, options.loadPeer),
    await growthPart(offerCounts, rounds),
    await peersPart(offerCounts, rounds, options.loadPeer),
    await explanationPart(options.quick ? [500] : [500, 10_000], rounds),
    await heapPart(options.quick ? 20 : 500),
    await publishingPart(options.quick ? 500 : 10_000, options.quick ? 2 : 9),
  ];
  return {
    bench: 'decide',
    sections: parts.flatMap(({ sections }) => sections),
    bars: parts.flatMap(({ bars }) => bars),
  };
};
