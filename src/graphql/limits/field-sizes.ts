import {
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

// The cost of selecting a field from one object, as far as it does not depend on variables. Keys are
// `Type.field`. A field that is not listed costs one field and the bytes of its type.

/** Tools send one `__schema` field; graphql-js collects the whole schema again for each of them. */
const FIELDS_OF_SCHEMA = 20_000;
/** Each of these fields may wait for the list of cycles by its own promise. */
const FIELDS_OF_DESCRIPTION = 11;

const FIELDS: Readonly<Record<string, number>> = {
  'Query.__schema': FIELDS_OF_SCHEMA,
  'Semester.name': FIELDS_OF_DESCRIPTION,
  'Semester.startTime': FIELDS_OF_DESCRIPTION,
  'Semester.endTime': FIELDS_OF_DESCRIPTION,
  'Semester.year': FIELDS_OF_DESCRIPTION,
  'Semester.typeGroup': FIELDS_OF_DESCRIPTION,
  'Semester.type': FIELDS_OF_DESCRIPTION,
  'Semester.progress': FIELDS_OF_DESCRIPTION,
  'Semester.createdAt': FIELDS_OF_DESCRIPTION,
  'Semester.modifiedAt': FIELDS_OF_DESCRIPTION,
};

/** The estimated number of items in a list. */
export interface ListLength {
  /** A high estimate, for the fields: each one takes time. */
  readonly high: number;
  /** The average, for the bytes of a typical response. */
  readonly typical: number;
}

export const ONE: ListLength = { high: 1, typical: 1 };
/** Lists of introspection, except the list of types. */
const INTROSPECTION_LIST: ListLength = { high: 5, typical: 5 };

const LENGTHS: Readonly<Record<string, ListLength>> = {
  'UserStageTasks.counts': { high: 3, typical: 3 },
  // A user has about five stages, in one or two groups each.
  'UserStageTasks.stageTasks': { high: 10, typical: 5 },
};

/** Bytes of a value as JSON, including quotes. Texts have the average length of real ones. */
const BYTES_OF_TYPE: Readonly<Record<string, number>> = {
  Boolean: 5,
  DateTime: 26,
  ID: 37,
  Int: 3,
};
const BYTES_OF_ENUM = 10;
const BYTES_OF_TEXT = 40;
const BYTES_OF_FIELD: Readonly<Record<string, number>> = {
  // A cursor holds Feishu's token of a page, whose length is not documented.
  'PageInfo.endCursor': 150,
  'PageInfo.startCursor': 150,
  'UserStageTasksEdge.cursor': 150,
  'LocalizedText.enUS': 25,
  'LocalizedText.text': 25,
  'LocalizedText.zhCN': 25,
  'Semester.id': 21,
  'Semester.year': 4,
  'StageTask.id': 136,
  'StageTask.jumpUrl': 90,
  'StageTask.stageId': 21,
  'UserStageTasks.id': 115,
  '_Service.sdl': 16_000,
};
/** The quotes, colon and comma of a property. */
const BYTES_AROUND_NAME = 4;
/** The braces, and the comma before the next object. */
export const BYTES_AROUND_OBJECT = 3;

/** Returns the cost of the field itself, without its arguments and selection. */
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

/** Returns the length of a field's list as far as no argument decides it; 1 if it is not a list. */
export function lengthOf(
  schema: GraphQLSchema,
  type: string,
  field: GraphQLField<unknown, unknown>,
): ListLength {
  const name = `${type}.${field.name}`;
  if (name === '__Schema.types') {
    const types = Object.keys(schema.getTypeMap()).length;
    return { high: types, typical: types };
  }
  const known = LENGTHS[name];
  const isIntrospectionList = type.startsWith('__') && isListType(getNullableType(field.type));
  return known ?? (isIntrospectionList ? INTROSPECTION_LIST : ONE);
}

function bytesOf(parent: string, field: GraphQLField<unknown, unknown>): number {
  if (field.name === '__typename') return JSON.stringify(parent).length;
  const type = getNamedType(field.type);
  if (!isLeafType(type)) return 0;
  return isEnumType(type) ? BYTES_OF_ENUM : (BYTES_OF_TYPE[type.name] ?? BYTES_OF_TEXT);
}
