import {
  isObjectType,
  responsePathAsArray,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { GraphQLContext } from './context';
import { placeError } from './place-error';

type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

/**
 * Wraps all resolvers so that graphql-js completes loaded values and list items in turns and other requests
 * run in between. It also locates errors, because graphql-js takes much longer to do that.
 */
export function completeInTurns(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve)
        field.resolve = wrapResolver(field.resolve as Resolver) as typeof field.resolve;
    }
  }
}

function wrapResolver(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    const { turns } = context;
    const awaitTurn = (value: unknown, index?: number) =>
      turns.next()?.then(
        () => value,
        (cause: unknown) => placeAt(cause, info, index),
      ) ?? value;
    const completeError = (cause: unknown, index?: number) =>
      awaitTurn(placeAt(cause, info, index), index);
    const completeItem = (item: unknown, index: number) =>
      isPromise(item)
        ? item.then(
            (value) => awaitTurn(value, index),
            (cause: unknown) => completeError(cause, index),
          )
        : awaitTurn(item, index);
    const completeLoaded = (value: unknown) =>
      Array.isArray(value) ? value.map(completeItem) : awaitTurn(value);
    try {
      const result = resolve(source, args, context, info);
      if (isPromise(result))
        return result.then(completeLoaded, (cause: unknown) => completeError(cause));
      return Array.isArray(result) ? result.map(completeItem) : result;
    } catch (error) {
      return placeAt(error, info);
    }
  };
}

/** Resolvers return this error instead of throwing it: graphql-js handles both the same way. */
function placeAt(cause: unknown, { fieldNodes, path }: GraphQLResolveInfo, index?: number) {
  const place = responsePathAsArray(path);
  if (index !== undefined) place.push(index);
  return placeError(cause, fieldNodes[0], place);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
}
