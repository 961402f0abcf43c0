import { GatewayError } from '../domain/errors';
import type { FeishuClient, FeishuRequest } from './feishu-client';
import { userCredentials } from './credentials';
import type { FeishuUser, UserInfoSource } from './ports';
import { toText } from './wire-values';
import { userInfoDataWire, type UserInfoDataWire } from './wire/user-info.wire';

const USER_INFO: FeishuRequest<UserInfoDataWire> = {
  api: 'user_info',
  method: 'GET',
  path: '/open-apis/authen/v1/user_info',
  decode: (envelope) => userInfoDataWire.safeParse(envelope.data ?? {}),
};

/** Asks Feishu which user a token belongs to. */
export function createUserInfoSource(client: FeishuClient): UserInfoSource {
  return {
    whoIs: (accessToken, context) =>
      client.call(USER_INFO, userCredentials(accessToken), context).then(
        ({ value }) => toFeishuUser(value),
        (error: unknown) => {
          throw isRefusal(error) ? unauthenticated(error) : error;
        },
      ),
  };
}

/** The token is the only parameter of this call, so a refused call means an invalid token. */
function isRefusal(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'UPSTREAM_REJECTED';
}

function unauthenticated(cause: GatewayError): GatewayError {
  return new GatewayError('UNAUTHENTICATED', cause.message, cause.details, { cause });
}

function toFeishuUser(wire: UserInfoDataWire): FeishuUser {
  return {
    openId: toText(wire.open_id),
    unionId: toText(wire.union_id),
    userId: toText(wire.user_id),
    tenantKey: toText(wire.tenant_key),
  };
}
