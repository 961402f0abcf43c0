import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { badUserInput } from '../../domain/errors';
import { MAX_USERS_PER_LIST } from '../../domain/input-rules';

type EntitiesResolver = GraphQLFieldResolver<
  unknown,
  unknown,
  { representations: readonly unknown[] },
  unknown[]
>;

/**
 * Wraps the library's `_entities` resolver so that it gets one known representation at a time. On its own, it
 * fails the whole list for one unknown type.
 */
export function guardEntities(schema: GraphQLSchema, typenames: readonly string[]): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (!field?.resolve)
    throw new Error('schema: expected a subgraph schema with _entities, got none');
  const resolveAll = field.resolve as EntitiesResolver;
  const resolve: EntitiesResolver = (source, { representations }, context, info) => {
    requireAtMost(representations.length);
    return representations.map((representation) =>
      isOfType(representation, typenames)
        ? resolveAll(source, { representations: [representation] }, context, info)[0]
        : Promise.reject(unknownType(typenames)),
    );
  };
  field.resolve = resolve as typeof field.resolve;
}

function requireAtMost(count: number): void {
  if (count > MAX_USERS_PER_LIST) {
    throw badUserInput(
      'representations',
      `at most ${MAX_USERS_PER_LIST} representations`,
      `${count} representations`,
    );
  }
}

function isOfType(representation: unknown, typenames: readonly string[]): boolean {
  if (typeof representation !== 'object' || representation === null) return false;
  const { __typename } = representation as { __typename?: unknown };
  return typeof __typename === 'string' && typenames.includes(__typename);
}

function unknownType(typenames: readonly string[]): Error {
  return badUserInput(
    'representations.__typename',
    `one of ${typenames.join(', ')}`,
    'another type or none',
  );
}
