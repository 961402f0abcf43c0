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
 * Has what resolvers return completed in turns: whatever was loaded, and each item of a list. Errors are
 * put at their places here, at less cost than graphql-js would.
 */
export function completeInTurns(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve) field.resolve = inTurns(field.resolve as Resolver) as typeof field.resolve;
    }
  }
}

function inTurns(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    const { turns } = context;
    const inTurn = (value: unknown, index?: number) =>
      turns.next()?.then(
        () => value,
        (cause: unknown) => placeAt(cause, info, index),
      ) ?? value;
    const failed = (cause: unknown, index?: number) => inTurn(placeAt(cause, info, index), index);
    const ofItem = (item: unknown, index: number) =>
      isPromise(item)
        ? item.then(
            (value) => inTurn(value, index),
            (cause: unknown) => failed(cause, index),
          )
        : inTurn(item, index);
    const ofLoaded = (value: unknown) => (Array.isArray(value) ? value.map(ofItem) : inTurn(value));
    try {
      const result = resolve(source, args, context, info);
      if (isPromise(result)) return result.then(ofLoaded, (cause: unknown) => failed(cause));
      return Array.isArray(result) ? result.map(ofItem) : result;
    } catch (error) {
      return placeAt(error, info);
    }
  };
}

/** To be returned: graphql-js takes an error that it is given for one that was thrown. */
function placeAt(cause: unknown, { fieldNodes, path }: GraphQLResolveInfo, index?: number) {
  const place = responsePathAsArray(path);
  if (index !== undefined) place.push(index);
  return placeError(cause, fieldNodes[0], place);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
}
