import { Directive, Field, ObjectType } from 'type-graphql';
import type { ListedUser } from '../../loading/page-loader';
import type { CursorList } from '../page-cursor';

/** A value type, which other subgraphs with connections have too. */
@Directive('@shareable')
@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a part of a list is.' })
export class PageInfoType {
  @Field(() => Boolean, { description: 'Whether there are more users after `endCursor`.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are users before this part.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first edge; `null` if there is none.',
  })
  readonly startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Read on with this cursor as `after`, also if this part has no edges. `null` if the list is empty.',
  })
  readonly endCursor!: string | null;
}

@ObjectType('UserStageTasksEdge', {
  simpleResolvers: true,
  description: 'One user of a cycle in a list.',
})
export class UserStageTasksEdgeType {
  @Field(() => String, {
    description: 'Opaque. With it as `after`, the list goes on after this user.',
  })
  readonly cursor!: string;

  /** The user's tasks as they were loaded. */
  readonly tasks!: ListedUser['tasks'];
  readonly list!: CursorList;
}

@ObjectType('UserStageTasksConnection', {
  simpleResolvers: true,
  description: 'A part of the list of everyone in a review cycle.',
})
export class UserStageTasksConnectionType {
  @Field(() => [UserStageTasksEdgeType], {
    description: "The users, in Feishu's order, each with a cursor.",
  })
  readonly edges!: readonly UserStageTasksEdgeType[];

  @Field(() => PageInfoType, { description: 'How to read on.' })
  readonly pageInfo!: PageInfoType;
}
