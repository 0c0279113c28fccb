// The one cache of parsed and valid query documents, shared by every transport: validation costs more than execution.
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Lexer,
  type ParseOptions,
  parse,
  Source,
  specifiedRules,
  TokenKind,
  type ValidationRule,
  validate,
} from 'graphql';
import { excessOf } from './document-limits.ts';
import { fail, failAt } from './errors.ts';
import { hashOf, type PersistedOperations } from './persisted-operations.ts';

// The parser, the validation and the execution call themselves once a level: some 2,000 levels end the stack.
const levelLimit = 500;

/** Bounds the work of the parser; the largest query of a gateway has some 2,000 tokens. */
export const tokenLimit = 10_000;
export const parseOptions: ParseOptions = { maxTokens: tokenLimit };

type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

export interface Documents {
  /** The document of a query text, parsed and valid for the schema; or what is wrong with it, as errors to answer. */
  read(query: string): { document: DocumentNode } | { errors: readonly GraphQLError[] };
  /** The same cache in the form that Apollo Server asks for. */
  readonly store: DocumentStore;
  /** How many documents are kept now. */
  size(): number;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  /** Rules besides those of the specification. */
  readonly validationRules?: readonly ValidationRule[];
  /** Those that are read at all; absent: every one. */
  readonly persisted?: PersistedOperations | undefined;
  /** Whether what is wrong with a query is told without the names of the schema that are like those asked for. */
  readonly hideSuggestions?: boolean | undefined;
  /** The documents kept at most; the least recently used goes first. */
  readonly limit?: number;
  /** The characters of query text kept at most: a parsed document weighs some 80 bytes a character. */
  readonly limitOfCharacters?: number;
}

/** A bounded cache of documents, found by their text and, for Apollo Server, by the hash of it. */
export function createDocuments({
  schema,
  validationRules = [],
  persisted,
  hideSuggestions = false,
  limit = 1000,
  limitOfCharacters = 1024 * 1024,
}: DocumentsOptions): Documents {
  const byText = new Map<string, DocumentNode>();
  const byHash = new Map<string, DocumentNode>();
  let characters = 0;
  let newest: DocumentNode | undefined;

  const touch = (document: DocumentNode): void => {
    if (document === newest) return;
    newest = document;
    const text = textOf(document);
    byText.delete(text);
    byText.set(text, document);
  };

  const forget = (document: DocumentNode): void => {
    const text = textOf(document);
    characters -= text.length;
    byText.delete(text);
    byHash.delete(hashOf(text));
  };

  const keep = (document: DocumentNode): void => {
    const text = textOf(document);
    const known = byText.get(text);
    // One giant must not push out everybody else's.
    if (known !== undefined || text.length > limitOfCharacters / 8) return;
    byText.set(text, document);
    byHash.set(hashOf(text), document);
    newest = document;
    characters += text.length;
    for (const oldest of byText.values()) {
      if (byText.size <= limit && characters <= limitOfCharacters) break;
      forget(oldest);
    }
  };

  return {
    read(query) {
      const known = byText.get(query);
      if (known !== undefined) {
        touch(known);
        return { document: known };
      }
      const unknown = persisted?.refusalOf(query);
      if (unknown) return { errors: [unknown] };
      const document = parsed(query);
      if (document instanceof GraphQLError) return { errors: [document] };
      const excess = excessOf(document);
      if (excess) return { errors: [excess] };
      // What is too much is refused before it costs more.
      const tooMuch = validate(schema, document, validationRules);
      const errors = tooMuch.length > 0 ? tooMuch : validate(schema, document, specifiedRules, { hideSuggestions });
      if (errors.length > 0) return { errors: errors.map((error) => failAt('GRAPHQL_VALIDATION_FAILED', error)) };
      keep(document);
      return { document };
    },
    store: {
      // Apollo Server's keys are `<hash of the schema>:<hash of the query>`, and there is one schema.
      get: async (key) => byHash.get(key.slice(key.lastIndexOf(':') + 1)),
      set: async (_key, document) => keep(document),
      delete: async () => false,
    },
    size: () => byText.size,
  };
}

function textOf(document: DocumentNode): string {
  return document.loc?.source.body ?? '';
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    if (isTooDeep(query))
      return fail('GRAPHQL_PARSE_FAILED', `The query is nested more than ${levelLimit} levels deep.`);
    return parse(query, parseOptions);
  } catch (error) {
    if (error instanceof GraphQLError) return failAt('GRAPHQL_PARSE_FAILED', error);
    throw error;
  }
}

function isTooDeep(query: string): boolean {
  const lexer = new Lexer(new Source(query));
  let level = 0;
  // What comes behind so many tokens the parser refuses.
  for (let token = lexer.advance(), count = 1; token.kind !== TokenKind.EOF && count <= tokenLimit; count++) {
    const { kind } = token;
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L) level += 1;
    else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R) level -= 1;
    if (level > levelLimit) return true;
    token = lexer.advance();
  }
  return false;
}
