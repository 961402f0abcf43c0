import { Field, Int, ObjectType } from 'type-graphql';
import { ClosedReason } from '../../domain/closed-reason';

@ObjectType('UpstreamQuota', {
  simpleResolvers: true,
  description: "How much of Feishu's quota for stage tasks is left. Asking costs nothing of it.",
})
export class UpstreamQuotaType {
  @Field(() => Int, {
    description: 'Calls that Feishu allows in a minute; each is good for 50 users.',
  })
  readonly callsPerMinute!: number;

  @Field(() => Int, { description: 'Calls that may still leave in the present window.' })
  readonly callsLeft!: number;

  @Field(() => Date, {
    nullable: true,
    description: 'When the next call may leave; `null` when one may leave now.',
  })
  readonly nextCallAt!: Date | null;

  @Field(() => Int, { description: 'Users that operations wait for, whose call has not left yet.' })
  readonly waitingUsers!: number;

  @Field(() => Date, {
    nullable: true,
    description: 'Until when Feishu wants to be left alone; `null` when it does not.',
  })
  readonly closedUntil!: Date | null;

  @Field(() => ClosedReason, {
    nullable: true,
    description: 'Why Feishu wants to be left alone; `null` when it does not.',
  })
  readonly closedReason!: ClosedReason | null;
}
