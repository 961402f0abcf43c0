/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Why the gateway sends no calls to Feishu for now. */
export type ClosedReason =
  /** The monthly quota of calls is used up. The gateway sends one call an hour to check again. */
  | 'QUOTA_EXHAUSTED'
  /** Feishu rejected a call because of its rate limit and set a time to wait. */
  | 'RATE_LIMITED';

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

export type CyclesQueryVariables = Exact<{ [key: string]: never; }>;


export type CyclesQuery = { semesters: Array<{ __typename: 'Semester', id: string, startTime: string | null, endTime: string | null, name: { __typename: 'LocalizedText', zhCN: string | null, enUS: string | null } | null }>, currentSemesters: Array<{ __typename: 'Semester', id: string }> };

export type QuotaQueryVariables = Exact<{ [key: string]: never; }>;


export type QuotaQuery = { upstreamQuota: { __typename: 'UpstreamQuota', callsPerMinute: number, callsLeft: number, nextCallAt: string | null, waitingUsers: number, closedUntil: string | null, closedReason: ClosedReason | null } };

export type TeamTasksQueryVariables = Exact<{
  semesterId: string;
  userIds: Array<string> | string;
  userIdType: UserIdType;
}>;


export type TeamTasksQuery = { semester: { __typename: 'Semester', id: string, userStageTasks: Array<{ __typename: 'UserStageTasks', id: string, nextDeadline: string | null, fetchedAt: string, stale: boolean, todo: number, done: number, overdue: number, user: { __typename: 'User', id: string, idType: UserIdType }, stageTasks: Array<{ __typename: 'StageTask', id: string, stageId: string, deadline: string | null, needTodoCount: number | null, finishedCount: number | null, jumpUrl: string | null, status: StageTaskStatus, option: TaskOption, isOverdue: boolean | null, name: { __typename: 'LocalizedText', zhCN: string | null, enUS: string | null } | null }> } | null> } | null };


export const CyclesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Cycles"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semesters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"startTime"}},{"kind":"Field","name":{"kind":"Name","value":"endTime"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"currentSemesters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}}]}}]} as unknown as DocumentNode<CyclesQuery, CyclesQueryVariables>;
export const QuotaDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Quota"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upstreamQuota"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callsPerMinute"}},{"kind":"Field","name":{"kind":"Name","value":"callsLeft"}},{"kind":"Field","name":{"kind":"Name","value":"nextCallAt"}},{"kind":"Field","name":{"kind":"Name","value":"waitingUsers"}},{"kind":"Field","name":{"kind":"Name","value":"closedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"closedReason"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}}]}}]} as unknown as DocumentNode<QuotaQuery, QuotaQueryVariables>;
export const TeamTasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TeamTasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semester"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"semesterId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"userStageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"userIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIds"}}},{"kind":"Argument","name":{"kind":"Name","value":"userIdType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"userIdType"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"todo"},"name":{"kind":"Name","value":"count"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"option"},"value":{"kind":"EnumValue","value":"TODO"}}]},{"kind":"Field","alias":{"kind":"Name","value":"done"},"name":{"kind":"Name","value":"count"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"option"},"value":{"kind":"EnumValue","value":"DONE"}}]},{"kind":"Field","alias":{"kind":"Name","value":"overdue"},"name":{"kind":"Name","value":"count"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"option"},"value":{"kind":"EnumValue","value":"OVERDUE"}}]},{"kind":"Field","name":{"kind":"Name","value":"stageTasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"DEADLINE"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"stageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"zhCN"}},{"kind":"Field","name":{"kind":"Name","value":"enUS"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"needTodoCount"}},{"kind":"Field","name":{"kind":"Name","value":"finishedCount"}},{"kind":"Field","name":{"kind":"Name","value":"jumpUrl"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"option"}},{"kind":"Field","name":{"kind":"Name","value":"isOverdue"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextDeadline"}},{"kind":"Field","name":{"kind":"Name","value":"fetchedAt"}},{"kind":"Field","name":{"kind":"Name","value":"stale"}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}},{"kind":"Field","name":{"kind":"Name","value":"__typename"}}]}}]}}]} as unknown as DocumentNode<TeamTasksQuery, TeamTasksQueryVariables>;