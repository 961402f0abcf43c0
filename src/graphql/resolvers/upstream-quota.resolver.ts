import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from '../context';
import { UpstreamQuotaType } from '../types/upstream-quota.type';

@Resolver(() => UpstreamQuotaType)
export class UpstreamQuotaResolver {
  @Query(() => UpstreamQuotaType, {
    description: 'How much may still be asked of Feishu. Answered by the gateway itself.',
  })
  async upstreamQuota(
    @Ctx() { quota, nowMs, shelfLife }: GraphQLContext,
  ): Promise<UpstreamQuotaType> {
    shelfLife.atMost(0);
    const { callsPerMinute, callsLeft, nextCallAtMs, closedUntilMs, waitingUsers } = await quota();
    const future = (ms: number) => (ms > nowMs() ? new Date(ms) : null);
    return {
      callsPerMinute: Math.round(callsPerMinute),
      callsLeft,
      nextCallAt: future(nextCallAtMs),
      waitingUsers,
      closedUntil: future(closedUntilMs),
    };
  }
}
