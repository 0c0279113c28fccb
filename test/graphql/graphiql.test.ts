import { describe, expect, test } from 'vitest';
import { fail } from '../../src/graphql/errors.ts';
import { createServerSentEvents } from '../../src/graphql/server-sent-events.ts';
import { start } from './running-server.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('GraphiQL', () => {
  test('loads nothing from elsewhere: no tag and no style asks for it, and the browser is told to refuse the rest', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/graphql`, { headers: browser });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();

    const markup = html.replace(/<script>[\s\S]*?<\/script>/g, '').replace(/<style>[\s\S]*?<\/style>/g, '');
    expect(markup).toContain('<div id="root">');
    const loaded = [...markup.matchAll(/(?:src|href|srcset|action|data)\s*=\s*"([^"]*)"/g)].map((match) => match[1]);
    expect(loaded.filter((address) => !address?.startsWith('data:'))).toEqual([]);
    expect(html).not.toMatch(/<script[^>]+src|<link[^>]+stylesheet|@import/);

    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(style).toContain('@font-face');
    const fetched = [...style.matchAll(/url\(\s*["']?([^"')]{0,40})/g)].map((match) => match[1]);
    expect(fetched.filter((address) => !/^(data:|#|$)/.test(address ?? ''))).toEqual([]);

    const policy = new Map(
      response.headers
        .get('content-security-policy')
        ?.split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)] as const),
    );
    expect(policy.get('default-src')).toEqual(["'none'"]);
    const sources = [...policy.values()].flat();
    expect(
      sources.filter((source) => !["'none'", "'self'", "'unsafe-inline'", 'blob:', 'data:'].includes(source)),
    ).toEqual([]);
  });

  test('opens with the query and the variables of the landing, and subscribes over WebSocket on this port', async () => {
    const landing = { title: 'Kairos', query: 'query ($id: ID!) { thing(id: $id) }', variables: { id: 'c42' } };
    const { url } = await start({ landing });
    const html = await (await fetch(`${url}/graphql`, { headers: browser })).text();
    expect(html).toContain('<title>Kairos</title>');
    const options =
      /renderYogaGraphiQL\(\s*window\.document\.querySelector\('#root'\),\s*(\{.*\}),\s*\);\s*<\/script>/.exec(html);
    expect(JSON.parse(options?.[1] ?? '')).toMatchObject({
      endpoint: '/graphql',
      subscriptionsProtocol: 'WS',
      defaultTabs: [{ query: landing.query, variables: '{\n  "id": "c42"\n}' }],
    });
  });

  test('is sent compressed to who can read that, and to the last byte', async () => {
    const { url, raw } = await start();
    const [compressed, whole] = await Promise.all([
      fetch(`${url}/graphql`, { headers: browser }),
      raw('GET /graphql HTTP/1.1\r\nhost: a\r\naccept: text/html\r\nconnection: close\r\n\r\n'),
    ]);
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(whole.slice(whole.indexOf('\r\n\r\n') + 4)).toBe(await compressed.text());
  });

  test('is where a browser at the root is sent', async () => {
    const { url } = await start();
    const response = await fetch(url, { headers: browser, redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/graphql');
    expect(await (await fetch(url)).json()).toMatchObject({ graphql: '/graphql' });
  });

  test('is not there when it is switched off', async () => {
    const { url } = await start({ playground: false });
    const response = await fetch(`${url}/graphql`, { headers: browser });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('<html');
  });

  test('is all that a request for a page gets: no query in it is read for who has proved nothing', async () => {
    const admit = () => {
      throw fail('UNAUTHENTICATED', 'Who are you?');
    };
    const { url, stage } = await start({ admit, transports: [createServerSentEvents()] });
    const search = new URLSearchParams({ query: 'subscription { forevr }' });
    const ask = async (accept: string) => (await fetch(`${url}/graphql?${search}`, { headers: { accept } })).text();
    expect((await ask('text/html, text/event-stream')).startsWith('\n  <!doctype html>')).toBe(true);
    expect(await ask('text/event-stream')).toContain('"code":"UNAUTHENTICATED"');
    expect(stage.contexts).toEqual([]);
  });
});
