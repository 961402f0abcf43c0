import type { GraphQLField, GraphQLSchema } from 'graphql';
import type { FilterStrategy } from '../../domain/stage-task-filter';
import type { UserKey } from '../../domain/user';

/** Objects that are there at the same moment, so that what is asked of them can share calls. */
export interface Party {
  /** The loads above them, whose answers come one by one; empty where there are none. */
  readonly after: string;
  /** The users that they are, or are about. */
  readonly users: readonly UserKey[];
  readonly semesterIds: readonly string[];
}

/** What a field is asked of: as far as it is known before anything is loaded. */
export interface Subject {
  /** The object type, where the field's own does not tell. */
  readonly type?: string;
  /** How many objects. */
  readonly count: number;
  /** Never more than there are objects. */
  readonly parties: readonly Party[];
}

/** One field with its arguments. */
export interface FieldCall {
  readonly type: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Users that share calls. */
export interface Load {
  readonly scope: string;
  readonly userIds: readonly string[];
}

export interface Consequence {
  /** In fields, on top of the field itself. */
  readonly weight: number;
  /** Asked for only when the weight can be afforded, since they take as long as there are users. */
  readonly loads: () => readonly Load[];
  /** What the fields below are asked of; likewise. */
  readonly children: () => readonly Subject[];
}

export interface PriceRules {
  readonly schema: GraphQLSchema;
  /** The caller as a user, if it is one. */
  readonly viewer?: UserKey | undefined;
  readonly strategy: FilterStrategy;
  /** Whom a router's representation names. @throws when it names nobody */
  readonly userOfReference: (representation: Readonly<Record<string, unknown>>) => UserKey;
}
