import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  graphqlSync,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  printType,
  visit,
  type ASTNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import { buildGatewaySchema } from '../../src/graphql/schema';

/** The contract with clients. It may grow, but nothing in it may change. */
const CONTRACT = `
  type Query {
    semester(id: ID!): Semester
    semesters(
      year: Int
      typeGroup: SemesterTypeGroup
      type: SemesterType
      startsAfter: DateTime
      endsBefore: DateTime
    ): [Semester!]!
    currentSemesters: [Semester!]!
    user(id: ID!, idType: UserIdType! = OPEN_ID): User!
    users(ids: [ID!]!, idType: UserIdType! = OPEN_ID): [User!]!
    upstreamQuota: UpstreamQuota!
    viewer: User!
  }

  type Semester @key(fields: "id") {
    id: ID!
    name: LocalizedText
    startTime: DateTime
    endTime: DateTime
    year: Int
    typeGroup: SemesterTypeGroup
    type: SemesterType
    progress: SemesterProgress
    createdAt: DateTime
    modifiedAt: DateTime
    userStageTasks(
      userIds: [ID!]!
      userIdType: UserIdType! = OPEN_ID
      filter: StageTaskFilter
      maxAgeSeconds: Int
    ): [UserStageTasks]!
    summary(
      userIds: [ID!]!
      userIdType: UserIdType! = OPEN_ID
      filter: StageTaskFilter
      maxAgeSeconds: Int
    ): StageTaskSummary
  }

  type StageTaskSummary {
    users: Int!
    usersWithTodo: Int!
    usersUnknown: Int!
    usersFailed: Int!
    stale: Boolean!
    todo: Int!
    done: Int!
    overdue: Int!
    unknown: Int!
  }

  type User @key(fields: "id") {
    id: ID!
    idType: UserIdType!
    stageTasks(semesterId: ID!, filter: StageTaskFilter, maxAgeSeconds: Int): UserStageTasks
  }

  type UserStageTasks @key(fields: "id") {
    id: ID!
    user: User!
    semester: Semester!
    counts: [StageTaskCount!]!
    count(option: TaskOption!): Int!
    stageTasks(orderBy: StageTaskOrder): [StageTask!]!
    nextDeadline: DateTime
    fetchedAt: DateTime!
    stale: Boolean!
  }

  type UpstreamQuota {
    callsPerMinute: Int!
    callsLeft: Int!
    nextCallAt: DateTime
    waitingUsers: Int!
    closedUntil: DateTime
    closedReason: ClosedReason
  }

  type StageTaskCount {
    option: TaskOption!
    count: Int!
  }

  type StageTask {
    id: ID!
    stageId: ID!
    name: LocalizedText
    deadline: DateTime
    needTodoCount: Int
    finishedCount: Int
    jumpUrl: String
    status: StageTaskStatus!
    option: TaskOption!
    isOverdue: Boolean
  }

  type LocalizedText @shareable {
    zhCN: String
    enUS: String
    text(locale: Locale): String
  }

  input StageTaskFilter {
    options: [TaskOption!]
    deadlineAfter: DateTime
    deadlineBefore: DateTime
  }

  enum UserIdType { OPEN_ID UNION_ID USER_ID PEOPLE_ADMIN_ID }
  enum TaskOption { TODO DONE OVERDUE UNKNOWN }
  enum StageTaskStatus { NEED_TODO OVERDUE ALL_DONE STAGE_PAUSE UNKNOWN }
  enum StageTaskOrder { DEADLINE }
  enum SemesterTypeGroup { ANNUAL SEMI_ANNUAL QUARTER BIMONTH MONTH NON_STANDARD UNKNOWN }
  enum SemesterType {
    ANNUAL H1 H2 Q1 Q2 Q3 Q4
    JANUARY_FEBRUARY MARCH_APRIL MAY_JUNE JULY_AUGUST SEPTEMBER_OCTOBER NOVEMBER_DECEMBER
    JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER
    CUSTOM UNKNOWN
  }
  enum SemesterProgress { INITIATING ENABLED UNKNOWN }
  enum Locale { ZH_CN EN_US }
  enum ClosedReason { RATE_LIMITED QUOTA_EXHAUSTED }

  type Subscription {
    userStageTasksChanged(
      semesterId: ID!
      userIds: [ID!]!
      userIdType: UserIdType! = OPEN_ID
    ): UserStageTasks!
  }

  scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/chillicream/date-time.html")
`;

const COMMITTED = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');

/**
 * One line for each thing that a client can rely on, such as
 * `Query.user(id: ID!, idType: UserIdType! = OPEN_ID): User!`.
 */
function promisesOf(sdl: string): string[] {
  return parse(sdl).definitions.flatMap(promisesOfDefinition);
}

function promisesOfDefinition(node: DefinitionNode): string[] {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const { value: name } = node.name;
      const keys = (node.directives ?? []).map((directive) => `${name} ${printBare(directive)}`);
      const fields = (node.fields ?? []).map((field) => `${name}.${printBare(field)}`);
      return [`${node.kind} ${name}`, ...keys, ...fields];
    }
    case Kind.ENUM_TYPE_DEFINITION:
      return (node.values ?? []).map((value) => `${node.name.value}.${value.name.value}`);
    case Kind.SCALAR_TYPE_DEFINITION:
      return [`scalar ${node.name.value} ${(node.directives ?? []).map(printBare).join(' ')}`];
    default:
      return [];
  }
}

/** Without descriptions, on one line, and with arguments as they stand. */
function printBare(node: ASTNode): string {
  const bare = visit(node, {
    StringValue: (_, key) => (key === 'description' ? null : undefined),
  });
  return print(bare).replace(/\s+/g, ' ');
}

describe('The contract with clients', () => {
  const kept = new Set(promisesOf(COMMITTED));

  test.each(promisesOf(CONTRACT))('is kept: %s', (promise) => {
    expect(kept).toContain(promise);
  });

  test('requires no field of a filter', () => {
    const inputs = [...kept].filter((line) => line.startsWith('StageTaskFilter.'));
    expect(inputs.filter((line) => line.endsWith('!'))).toEqual([]);
  });

  test('requires no new argument', () => {
    const promised = new Set(promisesOf(CONTRACT));
    const added = [...kept].filter((line) => !promised.has(line) && line.includes('('));
    expect(added.filter((line) => /[^)]*: [^,=)]+!(,|\))/.test(line))).toEqual([]);
  });
});

type Describable =
  TypeDefinitionNode | FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/** A type, field, argument, enum value or input field by its path, and everything in it. */
function describable(node: Describable, within = ''): { path: string; text: string }[] {
  const path = within + node.name.value;
  const parts = partsOf(node).flatMap((part) => describable(part, `${path}.`));
  return [{ path, text: node.description?.value ?? '' }, ...parts];
}

function partsOf(node: Describable): readonly Describable[] {
  if ('fields' in node) return node.fields ?? [];
  if ('values' in node) return node.values ?? [];
  if ('arguments' in node) return node.arguments ?? [];
  return [];
}

describe('A reader of the schema', () => {
  const things = parse(COMMITTED)
    .definitions.filter(isTypeDefinitionNode)
    .flatMap((type) => describable(type));

  test.each(things)('finds a description at $path', ({ text }) => {
    expect(text).toMatch(/\w{3}/);
  });

  test('finds one at every kind of element', () => {
    expect(things.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'Query.users.ids',
        'StageTask.jumpUrl',
        'StageTaskFilter.options',
        'Locale.EN_US',
        'DateTime',
      ]),
    );
  });
});

/** Types that federation adds to every subgraph. */
const isFederations = ({ name }: GraphQLNamedType) =>
  /^_|^(federation|link)__|^(Any|FieldSet)$/.test(name);

function typesOf(schema: GraphQLSchema): Record<string, string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isFederations(type),
  );
  return Object.fromEntries(types.map((type) => [type.name, withoutEntryPoints(printType(type))]));
}

/** The served Query has federation's two fields besides. */
function withoutEntryPoints(type: string): string {
  return type.replace(/\n {2}_(entities|service)\b.*/g, '');
}

describe('The served schema', () => {
  const served = buildGatewaySchema();

  test('equals the committed one, type by type and word by word', () => {
    const committed = buildASTSchema(parse(COMMITTED), { assumeValid: true, assumeValidSDL: true });
    expect(typesOf(served)).toEqual(typesOf(committed));
  });

  test('names the specification of its time format', () => {
    const { data } = graphqlSync({
      schema: served,
      source: '{ __type(name: "DateTime") { specifiedByURL } }',
    });

    expect(data).toEqual({
      __type: { specifiedByURL: 'https://scalars.graphql.org/chillicream/date-time.html' },
    });
  });

  test('has these entities, each with its ID as key', () => {
    const keyed = Object.values(served.getTypeMap()).filter((type) =>
      directivesOf(type).some(({ name }) => name.value === 'key'),
    );
    const keys = keyed.map((type) => `${type.name} ${directivesOf(type).map(print).join(' ')}`);
    expect(keys.sort()).toEqual([
      'Semester @key(fields: "id")',
      'User @key(fields: "id")',
      'UserStageTasks @key(fields: "id")',
    ]);
  });
});

function directivesOf({ astNode }: GraphQLNamedType): readonly ConstDirectiveNode[] {
  return astNode?.directives ?? [];
}
