// A line chart with logarithmic axes as SVG, by hand: it is all that is needed, and the same on every machine.

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Drawn on top and bold. */
  readonly isOwn: boolean;
}

export interface ChartText {
  readonly title: string;
  readonly subtitle: string;
  readonly x: string;
  readonly y: string;
  /** How a value on the y axis is written. */
  readonly label: (value: number) => string;
}

const width = 860;
const height = 500;
const frame = { left: 80, top: 66, right: 640, bottom: 440 };
const lineHeight = 16;
/** Told apart also by those who see few colours (Okabe and Ito). */
const colours = ['#009e73', '#e69f00', '#cc79a7', '#56b4e9', '#8c6d31', '#7f7f7f', '#0072b2'];
const ownColour = '#d55e00';

/** The chart as the text of an SVG file. Values must be above 0, and each series must have a point. */
export function logLogChart(series: readonly Series[], text: ChartText): string {
  const points = series.flatMap((one) => one.points);
  const x = axis(boundsOf(points.map((point) => point.x)), frame.left, frame.right);
  const [least, most] = boundsOf(points.map((point) => point.y));
  const y = axis([10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))], frame.bottom, frame.top);
  const others = series.filter(({ isOwn }) => !isOwn);
  const colourOf = (one: Series) =>
    (one.isOwn ? undefined : colours[others.indexOf(one) % colours.length]) ?? ownColour;
  // What is drawn last is on top.
  const drawn = [...others, ...series.filter(({ isOwn }) => isOwn)].map((one) => {
    const last = one.points.at(-1) ?? { x: 1, y: 1 };
    return { ...one, colour: colourOf(one), endX: x.at(last.x), endY: y.at(last.y) };
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(text.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    written(frame.left, 28, text.title, 'font-size="17" font-weight="600"'),
    written(frame.left, 48, text.subtitle, 'fill="#555"'),
    ...[...new Set(points.map((point) => point.x))].flatMap((value) => [
      `<path d="M${x.at(value)} ${frame.top}V${frame.bottom}" stroke="#e5e5e5"/>`,
      written(x.at(value), frame.bottom + 20, value.toLocaleString('en-US'), 'text-anchor="middle" fill="#555"'),
    ]),
    ...y.decades.flatMap((value) => [
      `<path d="M${frame.left} ${y.at(value)}H${frame.right}" stroke="#e5e5e5"/>`,
      written(frame.left - 8, y.at(value) + 4, text.label(value), 'text-anchor="end" fill="#555"'),
    ]),
    written((frame.left + frame.right) / 2, frame.bottom + 44, text.x, 'text-anchor="middle"'),
    written(
      0,
      0,
      text.y,
      `text-anchor="middle" transform="translate(18 ${(frame.top + frame.bottom) / 2}) rotate(-90)"`,
    ),
    ...drawn.map((one) => {
      const path = one.points.map((point) => `${x.at(point.x)} ${y.at(point.y)}`).join('L');
      return `<path d="M${path}" fill="none" stroke="${one.colour}" stroke-width="${one.isOwn ? 4 : 2}" stroke-linejoin="round"/>`;
    }),
    ...drawn.flatMap(({ points: own, colour, isOwn }) =>
      own.map((point) => `<circle cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="${isOwn ? 5 : 3}" fill="${colour}"/>`),
    ),
    // A line that ends early is named above its end, the others beside theirs.
    ...drawn
      .filter(({ endX }) => endX < frame.right)
      .map(({ name, colour, endX, endY }) => written(endX, endY - 10, name, `text-anchor="end" fill="${colour}"`)),
    ...apart(drawn.filter(({ endX }) => endX === frame.right)).map(({ name, colour, isOwn, endY }) =>
      written(frame.right + 12, endY + 4, name, `fill="${colour}"${isOwn ? ' font-weight="700"' : ''}`),
    ),
    '</svg>',
    '',
  ].join('\n');
}

interface Axis {
  at(value: number): number;
  /** The powers of ten in it. */
  readonly decades: readonly number[];
}

function axis([least, most]: readonly [number, number], from: number, to: number): Axis {
  const share = (value: number) => (Math.log10(value) - Math.log10(least)) / (Math.log10(most) - Math.log10(least));
  const first = Math.ceil(Math.log10(least));
  const count = Math.floor(Math.log10(most)) - first + 1;
  return {
    at: (value) => Math.round((from + share(value) * (to - from)) * 10) / 10,
    decades: Array.from({ length: count }, (_, index) => 10 ** (first + index)),
  };
}

function boundsOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** The same labels in the order of their height, pushed down where they would touch. */
function apart<Label extends { readonly endY: number }>(labels: readonly Label[]): Label[] {
  let last = Number.NEGATIVE_INFINITY;
  return [...labels]
    .sort((one, other) => one.endY - other.endY)
    .map((label) => {
      last = Math.max(label.endY, last + lineHeight);
      return { ...label, endY: last };
    });
}

function written(x: number, y: number, text: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
