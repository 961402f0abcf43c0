import type { Pool } from 'undici';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../src/emulator/emulator';

/** What clients of Feishu would do without the gateway: calls of 50 users at once, left as text. */
export const USERS_PER_CALL = 50;

export async function callByHand(
  pool: Pool,
  token: string,
  semesterId: string,
  userIds: readonly string[],
): Promise<void> {
  const path = '/open-apis/performance/v1/stage_tasks/find_by_user_list?user_id_type=open_id';
  const chunks = Array.from({ length: Math.ceil(userIds.length / USERS_PER_CALL) }, (_, i) =>
    userIds.slice(i * USERS_PER_CALL, (i + 1) * USERS_PER_CALL),
  );
  await Promise.all(
    chunks.map((chunk) =>
      post(pool, path, { semester_id: semesterId, user_id_lists: chunk }, token),
    ),
  );
}

export async function fetchToken(pool: Pool): Promise<string> {
  const path = '/open-apis/auth/v3/tenant_access_token/internal';
  const body = { app_id: EMULATOR_APP_ID, app_secret: EMULATOR_APP_SECRET };
  const answer = JSON.parse(await post(pool, path, body)) as { tenant_access_token: string };
  return answer.tenant_access_token;
}

export async function post(
  pool: Pool,
  path: string,
  body: object,
  token?: string,
): Promise<string> {
  const reply = await pool.request({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return reply.body.text();
}
