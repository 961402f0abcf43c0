import {
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

// What a field costs for each object that it is selected from, where the document alone decides. Names of
// fields stand as `Type.field`. A field that is not listed costs one field and the bytes of its type.

/** What tools ask of the schema comes once; graphql-js gathers all of it anew for each. */
const FIELDS_OF_SCHEMA = 20_000;
/** Each waits for the list of cycles by itself, where no call for tasks describes the cycle. */
const FIELDS_OF_DESCRIPTION = 11;

const FIELDS: Readonly<Record<string, number>> = {
  'Query.__schema': FIELDS_OF_SCHEMA,
  'Semester.name': FIELDS_OF_DESCRIPTION,
  'Semester.startTime': FIELDS_OF_DESCRIPTION,
  'Semester.endTime': FIELDS_OF_DESCRIPTION,
};

/** How many items a list has. */
export interface ListLength {
  /** More than the mean, since each of them is work. */
  readonly most: number;
  /** In an answer of typical size. */
  readonly typical: number;
}

export const ONE: ListLength = { most: 1, typical: 1 };
/** Of lists in what the schema says about itself, types excepted. */
const PARTS_OF_SCHEMA: ListLength = { most: 5, typical: 5 };

const LENGTHS: Readonly<Record<string, ListLength>> = {
  'UserStageTasks.counts': { most: 3, typical: 3 },
  // A user has about five stages, in one or two groups each.
  'UserStageTasks.stageTasks': { most: 10, typical: 5 },
};

/** Of a value as JSON, quotes included; the average length of texts that people wrote. */
const BYTES_OF_TYPE: Readonly<Record<string, number>> = {
  Boolean: 5,
  DateTime: 26,
  ID: 37,
  Int: 3,
};
const BYTES_OF_ENUM = 10;
const BYTES_OF_TEXT = 40;
const BYTES_OF_FIELD: Readonly<Record<string, number>> = {
  'LocalizedText.enUS': 25,
  'LocalizedText.text': 25,
  'LocalizedText.zhCN': 25,
  'Semester.id': 21,
  'StageTask.id': 136,
  'StageTask.jumpUrl': 90,
  'StageTask.stageId': 21,
  'UserStageTasks.id': 115,
  '_Service.sdl': 16_000,
};
/** Quotes, colon and comma. */
const BYTES_AROUND_NAME = 4;
/** Braces or brackets, and the comma before the next object. */
export const BYTES_AROUND_OBJECT = 3;

/** Fields and bytes of the field alone, without its arguments and what is selected below it. */
export function sizeOf(
  type: string,
  field: GraphQLField<unknown, unknown>,
  responseName: string,
): { fields: number; bytes: number } {
  const name = `${type}.${field.name}`;
  const bytesOfValue = BYTES_OF_FIELD[name] ?? bytesOf(type, field);
  const bytes = BYTES_AROUND_NAME + responseName.length + bytesOfValue;
  return { fields: FIELDS[name] ?? 1, bytes };
}

/** Of a field that has a selection, where no argument tells. */
export function lengthOf(
  schema: GraphQLSchema,
  type: string,
  field: GraphQLField<unknown, unknown>,
): ListLength {
  const name = `${type}.${field.name}`;
  if (name === '__Schema.types') {
    const types = Object.keys(schema.getTypeMap()).length;
    return { most: types, typical: types };
  }
  const known = LENGTHS[name];
  const isOfSchema = type.startsWith('__') && isListType(getNullableType(field.type));
  return known ?? (isOfSchema ? PARTS_OF_SCHEMA : ONE);
}

function bytesOf(parent: string, field: GraphQLField<unknown, unknown>): number {
  if (field.name === '__typename') return JSON.stringify(parent).length;
  const type = getNamedType(field.type);
  if (!isLeafType(type)) return 0;
  return isEnumType(type) ? BYTES_OF_ENUM : (BYTES_OF_TYPE[type.name] ?? BYTES_OF_TEXT);
}
