import {
  getArgumentValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { localize, type Locale, type LocalizedText } from '../../domain/localized-text';
import type { StageTask } from '../../domain/stage-task';
import { compileLeaf, present } from './compile-leaf';
import { textOfTask } from './task-texts';

/** What a selection depends on in one operation. */
export type SelectionContext = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'variableValues'
> & {
  readonly locale: Locale;
  /** What is found while the selection is compiled. */
  readonly found: {
    /** How many fields are compiled. */
    fields: number;
    /** Whether one of them changes with time. */
    usesMoment: boolean;
  };
};

/** Fields whose values depend on the moment: they change at the deadlines of tasks that are not done. */
const FIELDS_OF_MOMENT = new Set(['UserStageTasks.nextDeadline', 'StageTask.isOverdue']);

/** A method of the object, for a field with arguments. */
type Method = (args: Readonly<Record<string, unknown>>) => unknown;
/** JSON of a value. @throws for a value that the type does not allow */
export type Render = (value: unknown) => string;

export interface CompiledField {
  /** In the schema. */
  readonly name: string;
  /** The name in the answer as JSON, with the colon. */
  readonly label: string;
  /** JSON of the field's value. @throws for a value that the type does not allow */
  readonly render: (object: object) => string;
}

/**
 * The fields of a selection, in the order of the answer. Fields are read from the object's properties, and those with
 * arguments by its methods, as by graphql-js's default resolver; `LocalizedText.text` is the one field here with a
 * resolver of its own.
 * @throws for variables that are null where a value is needed
 */
export function compileSelection(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): CompiledField[] {
  const { schema, fragments, variableValues } = context;
  const selected = collectSubfields(schema, fragments, variableValues, type, nodes);
  context.found.fields += selected.size;
  return [...selected].flatMap(([responseName, fieldNodes]) => {
    const [node] = fieldNodes;
    const name = node?.name.value ?? '';
    const render = compileField(type, fieldNodes, context);
    return render ? [{ name, label: `${JSON.stringify(responseName)}:`, render }] : [];
  });
}

function compileField(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): CompiledField['render'] | undefined {
  const [node] = nodes;
  const name = node?.name.value ?? '';
  if (name === TypeNameMetaFieldDef.name) return () => JSON.stringify(type.name);
  const field = type.getFields()[name];
  if (!node || !field) return undefined;
  if (FIELDS_OF_MOMENT.has(`${type.name}.${name}`)) context.found.usesMoment = true;
  const render = compileType(field.type, nodes, context);
  if (type.name === 'LocalizedText' && name === 'text') {
    const locale = localeOf(field, node, context);
    return (text) => render(localize(text as LocalizedText, locale));
  }
  if (field.args.length === 0) {
    return (object) => render((object as Readonly<Record<string, unknown>>)[name]);
  }
  const args = getArgumentValues(field, node, context.variableValues);
  return (object) => render((object as Readonly<Record<string, Method>>)[name]?.(args));
}

function localeOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { variableValues, locale }: SelectionContext,
): Locale {
  const args = getArgumentValues(field, node, variableValues) as { locale?: Locale | null };
  return args.locale ?? locale;
}

function compileType(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): Render {
  if (isNonNullType(type)) return compileNonNull(type.ofType, nodes, context);
  const render = compileNonNull(type, nodes, context);
  return (value) => (value === null || value === undefined ? 'null' : render(value));
}

/** Of a type that is not wrapped in NonNull: the value must not be null. */
function compileNonNull(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  context: SelectionContext,
): Render {
  if (isListType(type)) {
    const renderItem = compileType(type.ofType as GraphQLOutputType, nodes, context);
    return (value) =>
      `[${present(value as readonly unknown[])
        .map(renderItem)
        .join(',')}]`;
  }
  if (isLeafType(type)) return compileLeaf(type);
  if (!isObjectType(type))
    throw new Error(`a selection: expected one of an object type, got ${type.toString()}`);
  const fields = compileSelection(type, nodes, context);
  const render = (value: unknown) => renderFields(fields, present(value as object));
  return showsTaskOnly(type, fields) ? onceForTask(render) : render;
}

/** The fields of a task that depend neither on its user nor on the moment. */
const FIELDS_OF_TASK: ReadonlySet<string> = new Set<keyof StageTask>([
  'stageId',
  'name',
  'deadline',
  'needTodoCount',
  'finishedCount',
  'jumpUrl',
  'status',
  'option',
]);

function showsTaskOnly(type: GraphQLObjectType, fields: readonly CompiledField[]): boolean {
  const isOfTask = ({ name }: CompiledField) =>
    name === TypeNameMetaFieldDef.name || FIELDS_OF_TASK.has(name);
  return type.name === 'StageTask' && fields.every(isOfTask);
}

/** Renders `PresentedStageTask`s of equal tasks once. */
function onceForTask(render: Render): Render {
  return (value) => {
    const { task } = present(value as { readonly task?: object });
    return task ? textOfTask(task, render, () => render(value)) : render(value);
  };
}

/**
 * JSON of an object's fields. Joined: V8 keeps a text that `+` has made as a tree of all its parts, which takes several
 * times the memory of the text.
 * @throws for a value that the type does not allow
 */
export function renderFields(fields: readonly CompiledField[], object: object): string {
  const texts: string[] = [];
  for (const { label, render } of fields) texts.push(label + render(object));
  return `{${texts.join(',')}}`;
}
