// The part of the introspection result that Graphcache reads.
const { introspectionFromSchema } = require('graphql');

exports.plugin = (schema) => {
  const { __schema } = introspectionFromSchema(schema, { descriptions: false });
  const { queryType, types } = __schema;
  const kept = types.filter(({ name }) => !name.startsWith('_')).map(minify);
  const data = { __schema: { queryType, mutationType: null, subscriptionType: null, types: kept } };
  return `import type { CacheExchangeOpts } from '@urql/exchange-graphcache';

/** For \`cacheExchange({ schema })\` of \`@urql/exchange-graphcache\`: it then keeps lists in which one item failed. */
export const schema: NonNullable<CacheExchangeOpts['schema']> = ${JSON.stringify(data)};
`;
};

function minify({ kind, name, fields, inputFields, possibleTypes, interfaces }) {
  switch (kind) {
    case 'OBJECT':
    case 'INTERFACE':
      return {
        kind,
        name,
        fields: fields.map((field) => ({
          name: field.name,
          type: field.type,
          args: field.args.map((argument) => ({ name: argument.name, type: argument.type })),
        })),
        interfaces,
        possibleTypes,
      };
    case 'UNION':
      return { kind, name, possibleTypes };
    case 'INPUT_OBJECT':
      return { kind, name, inputFields: inputFields.map(({ name, type }) => ({ name, type })) };
    default:
      return { kind, name };
  }
}
