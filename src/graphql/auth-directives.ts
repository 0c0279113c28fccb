// The table of authorization as `@authenticated` and `@requiresScopes`, for gateways that refuse before they ask.
import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind, parse, visit } from 'graphql';
import { namesOf, rulesOfFields } from './authorization.ts';
import { everyRole } from './roles.ts';

/** The schema with the directives on every field that needs a role. In the subgraph they do nothing: the guard does. */
export function withAuthDirectives(document: DocumentNode): DocumentNode {
  let typeName = '';
  return visit(document, {
    ObjectTypeDefinition({ name }) {
      typeName = name.value;
    },
    FieldDefinition(field): FieldDefinitionNode | undefined {
      const rule = rulesOfFields.get(`${typeName}.${field.name.value}`);
      if (rule?.kind !== 'ROLES') return undefined;
      return { ...field, directives: [...(field.directives ?? []), directiveFor(rule.roles)] };
    },
    // The import of a @link is a list of names.
    ListValue(list, _key, parent) {
      const isImport = parent && 'name' in parent && parent.name?.value === 'import';
      if (!isImport) return undefined;
      const added = ['@authenticated', '@requiresScopes'].map((value) => ({ kind: Kind.STRING, value }) as const);
      return { ...list, values: [...list.values, ...added] };
    },
  });
}

function directiveFor(roles: number): ConstDirectiveNode {
  const text =
    roles === everyRole
      ? '@authenticated'
      : `@requiresScopes(scopes: ${JSON.stringify(namesOf(roles).map((role) => [role]))})`;
  const [definition] = parse(`type T { f: Int ${text} }`, { noLocation: true }).definitions;
  const directive = definition?.kind === Kind.OBJECT_TYPE_DEFINITION && definition.fields?.[0]?.directives?.[0];
  if (!directive) throw new Error(`no directive in ${text}`);
  return directive;
}
