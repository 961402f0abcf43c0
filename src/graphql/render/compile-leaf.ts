import {
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLEnumType,
  type GraphQLLeafType,
} from 'graphql';
import { getOrCreate } from '../../domain/collections';
import { DateTimeScalar } from '../types/date-time.scalar';
import type { Render } from './compile-selection';

/**
 * Renders values of a scalar or an enum. Values of the usual kind are rendered without the type, which would check them
 * and return them as they are.
 */
export function compileLeaf(type: GraphQLLeafType): Render {
  if (isEnumType(type)) return getOrCreate(enums, type, () => compileEnum(type));
  const serialize = serializer(type);
  switch (type.name) {
    case GraphQLString.name:
    case GraphQLID.name:
      return (value) => (typeof value === 'string' ? JSON.stringify(value) : serialize(value));
    case GraphQLInt.name:
      return (value) => (isSmallInteger(value) ? String(value) : serialize(value));
    case DateTimeScalar.name:
      return (value) => (value instanceof Date ? renderDate(value, serialize) : serialize(value));
    default:
      return serialize;
  }
}

function serializer(type: GraphQLLeafType): Render {
  return (value) => JSON.stringify(present(type.serialize(present(value))));
}

/** One for each enum of the schema: a document may select thousands of fields of one. */
const enums = new Map<GraphQLEnumType, Render>();

function compileEnum(type: GraphQLEnumType): Render {
  const serialize = serializer(type);
  const texts = new Map<unknown, string>();
  for (const { value } of type.getValues()) texts.set(value, serialize(value));
  return (value) => texts.get(value) ?? serialize(value);
}

/** Users share their deadlines, and those of one call the time at which it was answered. */
const dates = new Map<number, string>();
const MAX_DATES = 500;

function renderDate(date: Date, serialize: Render): string {
  const ms = date.getTime();
  const known = dates.get(ms);
  if (known !== undefined) return known;
  const text = serialize(date);
  if (dates.size >= MAX_DATES) dates.clear();
  dates.set(ms, text);
  return text;
}

function isSmallInteger(value: unknown): value is number {
  return (Number(value) | 0) === value;
}

export function present<T>(value: T): NonNullable<T> {
  if (value === null || value === undefined) throw new Error('a value: expected one, got null');
  return value;
}
