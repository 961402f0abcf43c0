import { responsePathAsArray, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import type { GraphQLContext } from './context';
import { placeError } from './place-error';

export type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

/** What is answered instead of a value; it may be a promise. */
export type Change = (value: unknown, context: GraphQLContext, info: GraphQLResolveInfo) => unknown;

/**
 * A resolver whose results are changed before graphql-js completes them: a loaded value, or each item of a list.
 * Errors are put at their places here, which costs less than in graphql-js.
 */
export function changeResults(resolve: Resolver, change: Change): Resolver {
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
    const ofItem = (item: unknown, index: number) =>
      isPromise(item)
        ? item.then(
            (value) => changed(value, index),
            (cause: unknown) => changed(failed(cause, index), index),
          )
        : changed(item, index);
    const ofLoaded = (value: unknown) =>
      Array.isArray(value) ? value.map(ofItem) : changed(value);
    try {
      const result = resolve(source, args, context, info);
      if (isPromise(result)) {
        return result.then(ofLoaded, (cause: unknown) => changed(failed(cause)));
      }
      return Array.isArray(result) ? result.map(ofItem) : result;
    } catch (error) {
      return failed(error);
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
