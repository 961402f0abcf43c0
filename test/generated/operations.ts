/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Whether the company has enabled a review cycle. */
export type SemesterProgress =
  /** The cycle is enabled. */
  | 'ENABLED'
  /** The company still prepares the cycle. */
  | 'INITIATING'
  /** A value that this gateway does not know yet. */
  | 'UNKNOWN';

/** The part of the year that a review cycle is about. */
export type SemesterType =
  /** The whole year. */
  | 'ANNUAL'
  /** April. */
  | 'APRIL'
  /** August. */
  | 'AUGUST'
  /** A time that the company has chosen. */
  | 'CUSTOM'
  /** December. */
  | 'DECEMBER'
  /** February. */
  | 'FEBRUARY'
  /** The first half-year. */
  | 'H1'
  /** The second half-year. */
  | 'H2'
  /** January. */
  | 'JANUARY'
  /** January and February. */
  | 'JANUARY_FEBRUARY'
  /** July. */
  | 'JULY'
  /** July and August. */
  | 'JULY_AUGUST'
  /** June. */
  | 'JUNE'
  /** March. */
  | 'MARCH'
  /** March and April. */
  | 'MARCH_APRIL'
  /** May. */
  | 'MAY'
  /** May and June. */
  | 'MAY_JUNE'
  /** November. */
  | 'NOVEMBER'
  /** November and December. */
  | 'NOVEMBER_DECEMBER'
  /** October. */
  | 'OCTOBER'
  /** The first quarter. */
  | 'Q1'
  /** The second quarter. */
  | 'Q2'
  /** The third quarter. */
  | 'Q3'
  /** The fourth quarter. */
  | 'Q4'
  /** September. */
  | 'SEPTEMBER'
  /** September and October. */
  | 'SEPTEMBER_OCTOBER'
  /** A type that this gateway does not know yet. Not allowed as an argument. */
  | 'UNKNOWN';

/** How long the review cycles of a kind last. */
export type SemesterTypeGroup =
  /** A year. */
  | 'ANNUAL'
  /** Two months. */
  | 'BIMONTH'
  /** One month. */
  | 'MONTH'
  /** Any other time. */
  | 'NON_STANDARD'
  /** Three months. */
  | 'QUARTER'
  /** A half-year. */
  | 'SEMI_ANNUAL'
  /** A group that this gateway does not know yet. Not allowed as an argument. */
  | 'UNKNOWN';

/** Restricts which tasks to return. An omitted field does not restrict. */
export type StageTaskFilter = {
  /** Only tasks whose deadline is later than this. */
  readonly deadlineAfter?: string | null | undefined;
  /** Only tasks whose deadline is earlier than this. */
  readonly deadlineBefore?: string | null | undefined;
  /** Only tasks in these groups: one to three different values, without `UNKNOWN`. */
  readonly options?: ReadonlyArray<TaskOption> | null | undefined;
};

/** The status of a stage for one user. */
export type StageTaskStatus =
  /** All tasks are done. */
  | 'ALL_DONE'
  /** At least one task is not done yet. */
  | 'NEED_TODO'
  /** All remaining tasks are overdue. */
  | 'OVERDUE'
  /** The stage is paused. */
  | 'STAGE_PAUSE'
  /** A status that this gateway does not know yet. */
  | 'UNKNOWN';

/** The group that Feishu puts a task in. */
export type TaskOption =
  /** Done. */
  | 'DONE'
  /** Past its deadline. Occurs only in companies that forbid late submission. */
  | 'OVERDUE'
  /** Not done yet. */
  | 'TODO'
  /** A group that this gateway does not know yet. Not allowed in a filter. */
  | 'UNKNOWN';

/** The type of a person's ID in Feishu. An ID has a meaning only together with its type. */
export type UserIdType =
  /** Identifies a person within one app. Starts with `ou_`. */
  | 'OPEN_ID'
  /** Identifies a person in Feishu People. */
  | 'PEOPLE_ADMIN_ID'
  /** Identifies a person within all apps of one developer. Starts with `on_`. */
  | 'UNION_ID'
  /** Identifies a person within the company. */
  | 'USER_ID';

export type EveryoneQueryVariables = Exact<{
  semesterId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  userIdType?: UserIdType;
  filter?: StageTaskFilter | null | undefined;
}>;


export type EveryoneQuery = { readonly semester: { readonly allUserStageTasks: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly user: { readonly id: string }, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly option: TaskOption }> } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } } | null };

export type WholeStageTasksFragment = { readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> };

export type MixedTasksQueryVariables = Exact<{
  semesterId: string;
  one: string;
  another: string;
  some: ReadonlyArray<string> | string;
  others: ReadonlyArray<string> | string;
}>;


export type MixedTasksQuery = { readonly one: { readonly stageTasks: { readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null }, readonly users: ReadonlyArray<{ readonly stageTasks: { readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null }>, readonly semester: { readonly name: { readonly zhCN: string | null } | null, readonly userStageTasks: ReadonlyArray<{ readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null>, readonly again: ReadonlyArray<{ readonly user: { readonly id: string } } | null> } | null, readonly another: { readonly stageTasks: { readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly semester: { readonly startTime: string | null, readonly id: string }, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null } };

export type SemesterTasksQueryVariables = Exact<{
  semesterId: string;
  userIds: ReadonlyArray<string> | string;
  userIdType?: UserIdType;
  filter?: StageTaskFilter | null | undefined;
  maxAgeSeconds?: number | null | undefined;
}>;


export type SemesterTasksQuery = { readonly semester: { readonly userStageTasks: ReadonlyArray<{ readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null> } | null };

export type SemesterAloneQueryVariables = Exact<{
  id: string;
}>;


export type SemesterAloneQuery = { readonly semester: { readonly id: string, readonly startTime: string | null, readonly endTime: string | null, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null } | null };

export type SemesterWithTasksQueryVariables = Exact<{
  id: string;
  userIds: ReadonlyArray<string> | string;
}>;


export type SemesterWithTasksQuery = { readonly semester: { readonly startTime: string | null, readonly endTime: string | null, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null, readonly userStageTasks: ReadonlyArray<{ readonly semester: { readonly name: { readonly zhCN: string | null } | null } } | null> } | null };

export type LocalizedNamesQueryVariables = Exact<{
  id: string;
}>;


export type LocalizedNamesQuery = { readonly semester: { readonly name: { readonly text: string | null, readonly chinese: string | null, readonly english: string | null } | null } | null };

export type SemestersQueryVariables = Exact<{
  year?: number | null | undefined;
  type?: SemesterType | null | undefined;
}>;


export type SemestersQuery = { readonly semesters: ReadonlyArray<{ readonly id: string, readonly year: number | null, readonly typeGroup: SemesterTypeGroup | null, readonly type: SemesterType | null, readonly progress: SemesterProgress | null, readonly createdAt: string | null, readonly modifiedAt: string | null }>, readonly currentSemesters: ReadonlyArray<{ readonly id: string, readonly name: { readonly text: string | null } | null }> };

export type SummaryQueryVariables = Exact<{
  semesterId: string;
  userIds: ReadonlyArray<string> | string;
  filter?: StageTaskFilter | null | undefined;
}>;


export type SummaryQuery = { readonly semester: { readonly summary: { readonly users: number, readonly usersWithTodo: number, readonly usersUnknown: number, readonly usersFailed: number, readonly stale: boolean, readonly todo: number, readonly done: number, readonly overdue: number, readonly unknown: number } | null } | null };

export type SummaryOfTasksQueryVariables = Exact<{
  semesterId: string;
  userIds: ReadonlyArray<string> | string;
}>;


export type SummaryOfTasksQuery = { readonly semester: { readonly summary: { readonly todo: number, readonly users: number } | null, readonly userStageTasks: ReadonlyArray<{ readonly count: number, readonly nextDeadline: string | null, readonly stageTasks: ReadonlyArray<{ readonly deadline: string | null, readonly isOverdue: boolean | null }> } | null> } | null };

export type UserTasksQueryVariables = Exact<{
  semesterId: string;
  id: string;
  idType?: UserIdType;
  filter?: StageTaskFilter | null | undefined;
}>;


export type UserTasksQuery = { readonly user: { readonly id: string, readonly stageTasks: { readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null } };

export type UsersTasksQueryVariables = Exact<{
  semesterId: string;
  ids: ReadonlyArray<string> | string;
  idType?: UserIdType;
  filter?: StageTaskFilter | null | undefined;
}>;


export type UsersTasksQuery = { readonly users: ReadonlyArray<{ readonly id: string, readonly idType: UserIdType, readonly stageTasks: { readonly id: string, readonly fetchedAt: string, readonly stale: boolean, readonly user: { readonly id: string, readonly idType: UserIdType }, readonly semester: { readonly id: string }, readonly counts: ReadonlyArray<{ readonly option: TaskOption, readonly count: number }>, readonly stageTasks: ReadonlyArray<{ readonly id: string, readonly stageId: string, readonly deadline: string | null, readonly needTodoCount: number | null, readonly finishedCount: number | null, readonly jumpUrl: string | null, readonly status: StageTaskStatus, readonly option: TaskOption, readonly name: { readonly zhCN: string | null, readonly enUS: string | null } | null }> } | null }> };

export const WholeStageTasksFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeStageTasks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserStageTasks"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"option"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"needTodoCount"}},{"kind":"Field","name":{"kind":"Name","value":"finishedCount"}},{"kind":"Field","name":{"kind":"Name","value":"jumpUrl"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"option"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fetchedAt"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<WholeStageTasksFragment, unknown>;
export const EveryoneDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Everyone"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdType"}}},"defaultValue":{"kind":"EnumValue","value":"OPEN_ID"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StageTaskFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"allUserStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"userIdType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"option"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<EveryoneQuery, EveryoneQueryVariables>;
export const MixedTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MixedTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"one"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"another"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"some"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"others"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"one"},"name":{"kind":"Name","value":"user"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"one"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"semesterId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"users"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"some"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"semesterId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"others"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"again"},"name":{"kind":"Name","value":"userStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"some"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"another"},"name":{"kind":"Name","value":"user"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"another"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"semesterId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startTime"}}]}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeStageTasks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserStageTasks"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"option"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"needTodoCount"}},{"kind":"Field","name":{"kind":"Name","value":"finishedCount"}},{"kind":"Field","name":{"kind":"Name","value":"jumpUrl"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"option"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fetchedAt"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<MixedTasksQuery, MixedTasksQueryVariables>;
export const SemesterTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SemesterTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdType"}}},"defaultValue":{"kind":"EnumValue","value":"OPEN_ID"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StageTaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"maxAgeSeconds"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}}},{"kind":"Argument","name":{"kind":"Name","value":"userIdType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"maxAgeSeconds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"maxAgeSeconds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeStageTasks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserStageTasks"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"option"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"needTodoCount"}},{"kind":"Field","name":{"kind":"Name","value":"finishedCount"}},{"kind":"Field","name":{"kind":"Name","value":"jumpUrl"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"option"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fetchedAt"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<SemesterTasksQuery, SemesterTasksQueryVariables>;
export const SemesterAloneDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SemesterAlone"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"startTime"}},{"kind":"Field","name":{"kind":"Name","value":"endTime"}}]}}]}}]} as unknown as DocumentNode<SemesterAloneQuery, SemesterAloneQueryVariables>;
export const SemesterWithTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SemesterWithTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"startTime"}},{"kind":"Field","name":{"kind":"Name","value":"endTime"}},{"kind":"Field","name":{"kind":"Name","value":"userStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SemesterWithTasksQuery, SemesterWithTasksQueryVariables>;
export const LocalizedNamesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LocalizedNames"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","alias":{"kind":"Name","value":"chinese"},"name":{"kind":"Name","value":"text"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"locale"},"value":{"kind":"EnumValue","value":"ZH_CN"}}]},{"kind":"Field","alias":{"kind":"Name","value":"english"},"name":{"kind":"Name","value":"text"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"locale"},"value":{"kind":"EnumValue","value":"EN_US"}}]}]}}]}}]}}]} as unknown as DocumentNode<LocalizedNamesQuery, LocalizedNamesQueryVariables>;
export const SemestersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Semesters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"year"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SemesterType"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semesters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"year"},"value":{"kind":"Variable","name":{"kind":"Name","value":"year"}}},{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"year"}},{"kind":"Field","name":{"kind":"Name","value":"typeGroup"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"modifiedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"currentSemesters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]} as unknown as DocumentNode<SemestersQuery, SemestersQueryVariables>;
export const SummaryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Summary"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StageTaskFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"summary"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"users"}},{"kind":"Field","name":{"kind":"Name","value":"usersWithTodo"}},{"kind":"Field","name":{"kind":"Name","value":"usersUnknown"}},{"kind":"Field","name":{"kind":"Name","value":"usersFailed"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}},{"kind":"Field","name":{"kind":"Name","value":"todo"}},{"kind":"Field","name":{"kind":"Name","value":"done"}},{"kind":"Field","name":{"kind":"Name","value":"overdue"}},{"kind":"Field","name":{"kind":"Name","value":"unknown"}}]}}]}}]}}]} as unknown as DocumentNode<SummaryQuery, SummaryQueryVariables>;
export const SummaryOfTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SummaryOfTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"summary"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"todo"}},{"kind":"Field","name":{"kind":"Name","value":"users"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"option"},"value":{"kind":"EnumValue","value":"TODO"}}]},{"kind":"Field","name":{"kind":"Name","value":"nextDeadline"}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"DEADLINE"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"isOverdue"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SummaryOfTasksQuery, SummaryOfTasksQueryVariables>;
export const UserTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UserTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdType"}}},"defaultValue":{"kind":"EnumValue","value":"OPEN_ID"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StageTaskFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"idType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idType"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"semesterId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeStageTasks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserStageTasks"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"option"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"needTodoCount"}},{"kind":"Field","name":{"kind":"Name","value":"finishedCount"}},{"kind":"Field","name":{"kind":"Name","value":"jumpUrl"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"option"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fetchedAt"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<UserTasksQuery, UserTasksQueryVariables>;
export const UsersTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsersTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdType"}}},"defaultValue":{"kind":"EnumValue","value":"OPEN_ID"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"StageTaskFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"users"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}},{"kind":"Argument","name":{"kind":"Name","value":"idType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idType"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"semesterId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"WholeStageTasks"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"WholeStageTasks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserStageTasks"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"semester"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"option"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"needTodoCount"}},{"kind":"Field","name":{"kind":"Name","value":"finishedCount"}},{"kind":"Field","name":{"kind":"Name","value":"jumpUrl"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"option"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fetchedAt"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}}]}}]} as unknown as DocumentNode<UsersTasksQuery, UsersTasksQueryVariables>;