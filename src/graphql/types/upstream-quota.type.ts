import { Field, Int, ObjectType } from 'type-graphql';
import { ClosedReason } from '../../domain/closed-reason';

@ObjectType('UpstreamQuota', {
  simpleResolvers: true,
  description: "How much of Feishu's quota for stage tasks is left. Reading it spends no quota.",
})
export class UpstreamQuotaType {
  @Field(() => Int, {
    description: 'Calls that Feishu allows per minute. One call covers up to 50 users.',
  })
  readonly callsPerMinute!: number;

  @Field(() => Int, { description: 'Calls that the gateway may still send in the current window.' })
  readonly callsLeft!: number;

  @Field(() => Date, {
    nullable: true,
    description: 'When the gateway may send the next call; `null` if it may send one now.',
  })
  readonly nextCallAt!: Date | null;

  @Field(() => Int, {
    description: 'Users that operations wait for and whose call has not been sent yet.',
  })
  readonly waitingUsers!: number;

  @Field(() => Date, {
    nullable: true,
    description:
      'When the gateway may call Feishu again after a refusal; `null` if it may call now.',
  })
  readonly closedUntil!: Date | null;

  @Field(() => ClosedReason, {
    nullable: true,
    description: 'Why the gateway may not call Feishu now; `null` if it may.',
  })
  readonly closedReason!: ClosedReason | null;
}
