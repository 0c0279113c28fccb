// npm run bench -- chart: draws what a decision costs by size of the catalogue, Kairos and its peers, for the README.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { sizes } from '../decide/growth.ts';
import { conditionsPerOffer } from '../decide/offers.ts';
import { peersPart } from '../decide/sections.ts';
import { quick, thorough } from '../interleaved.ts';
import { logLogChart, type Series } from './log-log-chart.ts';

const readmeChart = fileURLToPath(new URL('../../docs/cost-by-catalogue.svg', import.meta.url));

export const runChart: Bench = async (options) => {
  const offerCounts = options.quick ? sizes.slice(0, 2) : sizes;
  const { sections, bars } = await peersPart(offerCounts, options.quick ? quick : thorough, options.loadPeer);
  const series = (sections[0]?.rows ?? []).map((row, index): Series => {
    const points = offerCounts.flatMap((x) => {
      const y = row[String(x)];
      return typeof y === 'number' ? [{ x, y }] : [];
    });
    return { name: String(row.engine), points, isOwn: index === 0 };
  });
  const text = {
    title: 'What one decision costs',
    subtitle: `Offers × ${conditionsPerOffer} conditions. Kairos decides whole; its peers only say who is eligible. Lower is faster.`,
    x: 'offers in the catalogue',
    y: 'time of one decision',
    label: (microseconds: number) => (microseconds < 1000 ? `${microseconds} µs` : `${microseconds / 1000} ms`),
  };
  const out = options.out ?? readmeChart;
  const measured = series.filter(({ points }) => points.length > 0);
  writeFileSync(out, logLogChart(measured, text));
  console.error(`Written: ${out}`);
  return { bench: 'chart', sections, bars };
};
