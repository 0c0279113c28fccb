// Fields with what not everybody may know: null or empty for who lacks the role, without an error for the rest of the answer.
import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { rulesOfFields } from './authorization.ts';
import type { Context } from './context.ts';

/** Puts the rules of the table before the resolvers of the redacted fields. */
export function redactFields(schema: GraphQLSchema): void {
  for (const [name, rule] of rulesOfFields) {
    if (rule.kind !== 'REDACTED') continue;
    const [typeName = '', fieldName = ''] = name.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (!field) throw new Error(`the schema does not have ${name}, which is to be redacted`);
    const { resolve = defaultFieldResolver } = field as GraphQLField<unknown, Context>;
    field.resolve = (source, values, context, info) =>
      (rule.roles & context.identity.roles) === 0 ? rule.instead : resolve(source, values, context, info);
  }
}
