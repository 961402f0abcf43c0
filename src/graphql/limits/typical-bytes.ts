import { isEnumType, isLeafType, type GraphQLNamedType } from 'graphql';

/** Bytes of a value as JSON, quotes included; what people wrote themselves counts as so much on average. */
const BYTES_BY_TYPE: Readonly<Record<string, number>> = {
  Boolean: 5,
  DateTime: 26,
  ID: 37,
  Int: 3,
  String: 40,
};
const BYTES_OF_ENUM = 10;
/** An enumeration of numbers or a type that has no line here. */
const BYTES_OF_OTHER = 40;

const BYTES_BY_FIELD: Readonly<Record<string, number>> = {
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
export const BYTES_AROUND_NAME = 4;
/** Braces or brackets. */
const BYTES_AROUND_PARTS = 2;
/** Of an object between two others, without its fields. */
export const BYTES_OF_OBJECT = BYTES_AROUND_PARTS + 1;

/** Of what a field answers with, without the parts of its object or list. */
export function bytesOfValue(coordinate: string, type: GraphQLNamedType): number {
  if (!isLeafType(type)) return BYTES_AROUND_PARTS;
  const [parent = '', field] = coordinate.split('.');
  if (field === '__typename') return parent.length + BYTES_AROUND_PARTS;
  if (isEnumType(type)) return BYTES_OF_ENUM;
  return BYTES_BY_FIELD[coordinate] ?? BYTES_BY_TYPE[type.name] ?? BYTES_OF_OTHER;
}
