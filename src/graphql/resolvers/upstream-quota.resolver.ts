import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from '../context';
import { UpstreamQuotaType } from '../types/upstream-quota.type';

@Resolver(() => UpstreamQuotaType)
export class UpstreamQuotaResolver {
  @Query(() => UpstreamQuotaType, {
    description:
      'How many calls Feishu still allows. The gateway knows this without a call to Feishu.',
  })
  async upstreamQuota(
    @Ctx() { quota, nowMs, toDate, cachePolicy }: GraphQLContext,
  ): Promise<UpstreamQuotaType> {
    cachePolicy.restrict(-Infinity);
    const { callsPerMinute, callsLeft, nextCallAtMs, closedUntilMs, ...others } = await quota();
    const future = (ms: number) => (ms > nowMs() ? toDate(ms) : null);
    return {
      callsPerMinute: Math.round(callsPerMinute),
      callsLeft,
      nextCallAt: future(nextCallAtMs),
      waitingUsers: others.waitingUsers,
      closedUntil: future(closedUntilMs),
      closedReason: others.closedReason,
    };
  }
}
