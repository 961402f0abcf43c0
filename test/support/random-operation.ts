import { getOrCreate } from '../../src/domain/collections';
import type { Draws } from './draws';

interface Field {
  readonly text: string;
  readonly type?: string;
  /** It loads something, so that no text may hold it. */
  readonly loads?: true;
}

/** Leaves, under their own name and under others. One response name means one field in all types. */
const leaves = (...texts: string[]) => texts.map((text) => ({ text }));
const ID: Field = { text: 'id' };
const NAMES = leaves('__typename', 'kind: __typename');
const tasks = (text: string): Field => ({ text, type: 'UserStageTasks', loads: true });

const TODO = 'filter: { options: [TODO] }';
const AFTER = 'filter: { deadlineAfter: "2026-11-24T00:00:00Z", options: $options }';
const LATER = 'filter: { deadlineAfter: $after }, maxAgeSeconds: $maxAge';

const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  LocalizedText: [
    { text: 'text' },
    ...leaves('zhCN', 'enUS', 'title: text', 'en: text(locale: EN_US)', 'zh: text(locale: ZH_CN)'),
    ...leaves('wanted: text(locale: $locale)', 'english: text(locale: $english)'),
    ...leaves('none: text(locale: null)', '__proto__: enUS'),
    ...NAMES,
  ],
  StageTask: [
    { text: 'name', type: 'LocalizedText' },
    ID,
    { text: 'called: name', type: 'LocalizedText' },
    ...leaves('stageId', 'deadline', 'needTodoCount', 'finishedCount', 'jumpUrl', 'status'),
    ...leaves('option', 'due: deadline', 'key: id', 'isOverdue', 'late: isOverdue'),
    ...NAMES,
  ],
  StageTaskCount: [{ text: 'option' }, ...leaves('count', 'group: option'), ...NAMES],
  User: [
    ID,
    tasks('tasks: stageTasks(semesterId: "1")'),
    tasks(`todo: stageTasks(semesterId: "1", ${TODO})`),
    tasks('filtered: stageTasks(semesterId: $semester, filter: $filter)'),
    tasks(`after: stageTasks(semesterId: "1", ${AFTER})`),
    tasks(`later: stageTasks(semesterId: "1", ${LATER})`),
    ...leaves('idType', 'key: id'),
    ...NAMES,
  ],
  Semester: [
    ID,
    { text: 'of: userStageTasks(userIds: $ids)', type: 'UserStageTasks', loads: true },
    tasks(`ofTodo: userStageTasks(userIds: ["ou_1", "ou_2"], ${TODO})`),
    { text: 'summary(userIds: $ids)', type: 'StageTaskSummary', loads: true },
    {
      text: 'sum: summary(userIds: ["ou_1", "ou_2", "ou_1"], filter: $filter)',
      type: 'StageTaskSummary',
      loads: true,
    },
    { text: 'all: allUserStageTasks', type: 'UserStageTasksConnection', loads: true },
    {
      text: 'allTodo: allUserStageTasks(first: 2, filter: { options: [TODO] })',
      type: 'UserStageTasksConnection',
      loads: true,
    },
    { text: 'name', type: 'LocalizedText', loads: true },
    { text: 'startTime', loads: true },
    { text: 'year', loads: true },
    { text: 'typeGroup', loads: true },
    { text: 'span: type', loads: true },
    { text: 'progress', loads: true },
    { text: 'createdAt', loads: true },
    { text: 'modifiedAt', loads: true },
    { text: 'key: id' },
    ...NAMES,
  ],
  StageTaskSummary: [
    ...leaves('users', 'usersWithTodo', 'usersUnknown', 'usersFailed', 'stale', 'todo', 'done'),
    ...leaves('overdue', 'unknown'),
    ...NAMES,
  ],
  UserStageTasksConnection: [
    { text: 'edges', type: 'UserStageTasksEdge' },
    { text: 'nodes', type: 'UserStageTasks' },
    { text: 'people: nodes', type: 'UserStageTasks' },
    { text: 'pageInfo { hasNextPage endCursor }' },
    ...NAMES,
  ],
  UserStageTasksEdge: [
    { text: 'node', type: 'UserStageTasks' },
    { text: 'again: node', type: 'UserStageTasks' },
    { text: 'cursor' },
    ...NAMES,
  ],
  UserStageTasks: [
    { text: 'stageTasks', type: 'StageTask' },
    { text: 'counts', type: 'StageTaskCount' },
    { text: 'others: stageTasks', type: 'StageTask' },
    { text: 'byDeadline: stageTasks(orderBy: DEADLINE)', type: 'StageTask' },
    { text: 'inOrder: stageTasks(orderBy: $order)', type: 'StageTask' },
    { text: 'user', type: 'User' },
    { text: 'semester', type: 'Semester' },
    ...leaves('id', 'fetchedAt', 'stale', 'old: stale', 'at: fetchedAt'),
    ...leaves('open: count(option: TODO)', 'many: count(option: $option)'),
    ...leaves('nextDeadline', 'next: nextDeadline'),
    ...NAMES,
  ],
  Query: [
    { text: 'people: users(ids: $ids)', type: 'User' },
    { text: 'user(id: "ou_1")', type: 'User' },
    { text: 'person: user(id: $id, idType: USER_ID)', type: 'User' },
    { text: 'users(ids: ["ou_1", "ou_2", "ou_1"])', type: 'User' },
    { text: 'semester(id: "1")', type: 'Semester' },
    { text: 'cycle: semester(id: $semester)', type: 'Semester' },
    { text: 'semesters', type: 'Semester' },
    { text: 'cycles: semesters(year: 2026, type: H2)', type: 'Semester' },
    { text: 'later: semesters(startsAfter: $after)', type: 'Semester' },
    { text: 'currentSemesters', type: 'Semester' },
    { text: 'entities: _entities(representations: $refs)', type: '_Entity' },
    { text: 'again: _entities(representations: $refs)', type: '_Entity' },
    { text: 'viewer', type: 'User' },
    { text: 'upstreamQuota { callsLeft nextCallAt waitingUsers closedReason }' },
    ...NAMES,
  ],
  _Entity: [{ text: '__typename' }],
};
const ENTITIES = ['User', 'UserStageTasks', 'Semester'] as const;

const VARIABLE_TYPES: Readonly<Record<string, string>> = {
  locale: 'Locale',
  english: 'Locale = EN_US',
  yes: 'Boolean!',
  no: 'Boolean!',
  maybe: 'Boolean = true',
  filter: 'StageTaskFilter',
  options: '[TaskOption!]',
  after: 'DateTime',
  ids: '[ID!]!',
  id: 'ID!',
  semester: 'ID!',
  maxAge: 'Int',
  refs: '[_Any!]!',
  order: 'StageTaskOrder',
  option: 'TaskOption = OVERDUE',
};

const DIRECTIVES = [
  ' @include(if: $yes)',
  ' @skip(if: $yes)',
  ' @include(if: $maybe)',
  ' @skip(if: true)',
  ' @include(if: false)',
  ' @skip(if: $no) @include(if: $maybe)',
] as const;

const MOST_LEVELS = 6;

export interface RandomDocument {
  readonly text: string;
  /** The names of its operations; one has none. */
  readonly operations: readonly (string | undefined)[];
}

/** A valid document of one to three operations. Fragments are shared between selections and operations. */
export function drawDocument(draws: Draws): RandomDocument {
  const writer = new DocumentWriter(draws);
  const names = draws.oneOf([['A'], [undefined], ['A', 'B'], ['A', 'B', 'C']]);
  const operations = names.map((name) => writer.operation(name));
  return { text: [...operations, ...writer.fragments.values()].join('\n'), operations: names };
}

class DocumentWriter {
  readonly fragments = new Map<string, string>();
  /** The complete ones by what they select from, so that none spreads itself. */
  readonly #complete = new Map<string, string[]>();
  #count = 0;
  /** Whether this operation selects loads below `UserStageTasks`. */
  #nestsLoads = false;

  constructor(private readonly draws: Draws) {}

  operation(name: string | undefined): string {
    this.#nestsLoads = this.draws.isOneIn(6);
    const set = this.#set('Query', false, 0);
    const used = Object.keys(VARIABLE_TYPES).filter((variable) => this.#uses(set, variable));
    const variables = used.map((variable) => `$${variable}: ${VARIABLE_TYPES[variable] ?? ''}`);
    const defined = variables.length > 0 ? `(${variables.join(', ')})` : '';
    return `query ${name ?? ''}${defined} ${set}`;
  }

  #uses(text: string, variable: string): boolean {
    if (new RegExp(`\\$${variable}\\b`).test(text)) return true;
    const spread = [...text.matchAll(/\.\.\.(F\d+)/g)].map(([, fragment = '']) => fragment);
    return spread.some((fragment) => this.#uses(this.fragments.get(fragment) ?? '', variable));
  }

  #set(type: string, isBelowTasks: boolean, level: number): string {
    const selections = Array.from({ length: 1 + this.draws.below(4) }, () =>
      this.#selection(type, isBelowTasks, level),
    );
    return `{\n${selections.join('\n')}\n}`;
  }

  #selection(type: string, isBelowTasks: boolean, level: number): string {
    const kind = this.draws.below(10);
    const own = type === '_Entity' && kind < 9 ? this.draws.oneOf(ENTITIES) : type;
    if (kind === 9 || (own === type && kind < 6)) return this.#field(type, isBelowTasks, level);
    const directive = this.#directive();
    if (kind < 8) return `...${this.#fragment(own, isBelowTasks, level)}${directive}`;
    const condition = own !== type || this.draws.isOneIn(2) ? ` on ${own}` : '';
    return `...${condition}${directive} ${this.#set(own, isBelowTasks, level)}`;
  }

  #field(type: string, isBelowTasks: boolean, level: number): string {
    const fields = (FIELDS[type] ?? []).filter(
      (field) =>
        (!field.type || level < MOST_LEVELS) && (!field.loads || !isBelowTasks || this.#nestsLoads),
    );
    const field = this.draws.oneOf(fields);
    const directive = this.#directive();
    if (!field.type) return field.text.replace(/(?= \{|$)/, directive);
    const below = isBelowTasks || field.type === 'UserStageTasks';
    return `${field.text}${directive} ${this.#set(field.type, below, level + 1)}`;
  }

  #directive(): string {
    return this.draws.isOneIn(8) ? this.draws.oneOf(DIRECTIVES) : '';
  }

  /** The name of one that was written before, or of a new one. */
  #fragment(type: string, isBelowTasks: boolean, level: number): string {
    const complete = getOrCreate(
      this.#complete,
      `${type} ${isBelowTasks} ${this.#nestsLoads}`,
      () => [],
    );
    if (complete.length > 0 && !this.draws.isOneIn(3)) return this.draws.oneOf(complete);
    this.#count += 1;
    const name = `F${this.#count}`;
    this.fragments.set(name, `fragment ${name} on ${type} ${this.#set(type, isBelowTasks, level)}`);
    complete.push(name);
    return name;
  }
}
