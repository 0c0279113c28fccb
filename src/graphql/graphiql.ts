// GraphiQL, served from this process: nothing of it is fetched from elsewhere, and the browser is told to refuse that.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer } from './http-answer.ts';

/** What GraphiQL shows to somebody who opens it for the first time. */
export interface GraphiqlLanding {
  readonly title?: string;
  readonly query?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const favicon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#e10098"/></svg>',
)}`;

/** The editor's workers are blobs, its fonts and icons data; all else comes from this origin or not at all. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data: blob:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page at `path`, rendered when it is first asked for: it is large, and most processes never serve it. */
export function createGraphiql(
  path: string,
  landing: GraphiqlLanding = {},
): (acceptEncoding: string | undefined) => Promise<Answer> {
  let rendered: Promise<{ plain: Buffer; compressed: Buffer }> | undefined;
  return async (acceptEncoding) => {
    rendered ??= render(path, landing);
    const { plain, compressed } = await rendered;
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy };
    if (!acceptEncoding?.includes('gzip')) return { status: 200, headers, body: plain };
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed };
  };
}

async function render(path: string, { title = 'GraphiQL', query, variables }: GraphiqlLanding) {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title,
    favicon,
    endpoint: path,
    subscriptionsProtocol: 'WS',
    ...(query !== undefined && {
      defaultQuery: query,
      defaultTabs: [{ query, ...(variables && { variables: JSON.stringify(variables, null, 2) }) }],
    }),
  });
  const plain = Buffer.from(html);
  return { plain, compressed: await promisify(gzip)(plain) };
}
