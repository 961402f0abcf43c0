import { GraphQLError, type FieldNode, type Source, type SourceLocation } from 'graphql';
import { GatewayError } from '../domain/errors';
import { toError } from '../domain/to-error';

/**
 * Returns the error with its path and location, without a stack trace. graphql-js captures two stack traces
 * per error and scans the operation's text up to the field; with thousands of failed fields in a long
 * operation that takes seconds.
 */
export function placeError(
  cause: unknown,
  node: FieldNode | undefined,
  path: readonly (string | number)[],
): GraphQLError {
  if (cause instanceof GraphQLError) return cause;
  const originalError = toError(cause);
  const error = Object.create(GraphQLError.prototype) as GraphQLError;
  const locations = node?.loc && [locate(node.loc.source, node.loc.start)];
  return Object.assign(error, {
    message: originalError.message,
    path,
    locations,
    originalError,
    extensions: originalError instanceof GatewayError ? originalError.extensions : {},
  });
}

const LINE_END = /\r\n|[\n\r]/g;
const lineStartsOf = new WeakMap<Source, readonly number[]>();

function locate(source: Source, position: number): SourceLocation {
  const starts = lineStartsOf.get(source) ?? findLineStarts(source);
  let line = 1;
  for (let end = starts.length; line < end;) {
    const middle = (line + end + 1) >> 1;
    if ((starts[middle - 1] ?? 0) <= position) line = middle;
    else end = middle - 1;
  }
  return { line, column: position + 1 - (starts[line - 1] ?? 0) };
}

function findLineStarts(source: Source): readonly number[] {
  const ends = source.body.matchAll(LINE_END);
  const starts = [0, ...Array.from(ends, ({ index, 0: end }) => index + end.length)];
  lineStartsOf.set(source, starts);
  return starts;
}
