import { createHash } from 'node:crypto';
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocuments } from '../../src/graphql/documents.ts';

const schema = buildSchema('type Query { hello: String }');

describe('the documents', () => {
  test('are parsed once, for readers by text and by hash', async () => {
    const documents = createDocuments({ schema });
    const read = documents.read('{ hello }');
    if ('errors' in read) throw new Error('refused');
    expect(documents.read('{ hello }')).toEqual({ document: read.document });
    const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(await documents.store.get(`schema:${hashOf('{ hello }')}`)).toBe(read.document);
    expect(await documents.store.get(`schema:${hashOf('{ a: hello }')}`)).toBeUndefined();
  });

  test('are as many as the limit, the least recently read gone first', () => {
    const documents = createDocuments({ schema, limit: 2 });
    const first = documents.read('{ a: hello }');
    documents.read('{ b: hello }');
    documents.read('{ a: hello }');
    documents.read('{ c: hello }');
    expect(documents.size()).toBe(2);
    const again = documents.read('{ a: hello }');
    expect('document' in again && 'document' in first && again.document === first.document).toBe(true);
  });

  test('take no more text than the limit, and no single one takes it all', () => {
    const documents = createDocuments({ schema, limitOfCharacters: 140 });
    for (let index = 10; index < 60; index++) documents.read(`{ x${index}: hello }`);
    expect(documents.size()).toBe(10);
    documents.read(`{ ${'hello '.repeat(20)} }`);
    expect(documents.size()).toBe(10);
  });

  test('do not keep what is refused', () => {
    const documents = createDocuments({ schema });
    expect(documents.read('{ nothing }')).toHaveProperty('errors');
    expect(documents.read('{ hello')).toHaveProperty('errors');
    expect(documents.size()).toBe(0);
  });
});
