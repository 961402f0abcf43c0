import {
  isNonNullType,
  responsePathAsArray,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
} from 'graphql';
import type { GraphQLContext } from './context';
import { placeError } from './place-error';

export type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

/** Returns what graphql-js completes instead of a loaded value or list item; a promise is allowed. */
export type Change = (value: unknown, context: GraphQLContext, info: GraphQLResolveInfo) => unknown;

/**
 * Wraps a resolver: changes the loaded value, or each item of a loaded list, before graphql-js completes it. It also
 * locates errors, because graphql-js takes much longer to do that.
 * @param changesKnown whether to change a value that the resolver returns without a promise
 */
export function changeResults(resolve: Resolver, change: Change, changesKnown = true): Resolver {
  return (source, args, context, info) => {
    const failed = (cause: unknown, index?: number) => placeAt(cause, info, index);
    const changed = (value: unknown, index?: number) => {
      try {
        const result = change(value, context, info);
        return isPromise(result)
          ? result.then(undefined, (cause: unknown) => failed(cause, index))
          : result;
      } catch (error) {
        return failed(error, index);
      }
    };
    const ofValue = (value: unknown, index?: number) =>
      changed(value instanceof Error ? failed(value, index) : value, index);
    const ofItem = (item: unknown, index: number) =>
      isPromise(item)
        ? item.then(
            (value) => ofValue(value, index),
            (cause: unknown) => changed(failed(cause, index), index),
          )
        : ofValue(item, index);
    const ofLoaded = (value: unknown) =>
      Array.isArray(value) ? value.map(ofItem) : ofValue(value);
    try {
      const result = resolve(source, args, context, info);
      if (isPromise(result)) {
        return result.then(ofLoaded, (cause: unknown) => changed(failed(cause)));
      }
      return changesKnown || Array.isArray(result) ? ofLoaded(result) : result;
    } catch (error) {
      // It fails the whole object. graphql-js reports a rejected promise at once, but would first wait for what the
      // other fields load before it throws a returned error.
      return isNonNullType(info.returnType) ? Promise.reject(failed(error)) : failed(error);
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
