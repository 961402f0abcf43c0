import { TokenFault } from '../authorization';
import type { Endpoint } from '../endpoint';
import { success } from '../envelope';
import { ErrorCode } from '../error-codes';
import { mayReadUserIds } from '../scopes';

/** Returns the user of a token. (fact 15) */
export const userInfo: Endpoint = {
  api: 'user_info',
  method: 'GET',
  path: '/open-apis/authen/v1/user_info',
  acceptedTokens: ['user'],
  acceptedScopes: [],
  answer({ tenant, settings }, { principal }) {
    if (principal.kind !== 'user') throw new TokenFault(ErrorCode.userTokenInvalid);
    const { openId, unionId, userId, name } = principal.person;
    return success({
      open_id: openId,
      union_id: unionId,
      ...(mayReadUserIds(settings.missingScopes) && { user_id: userId }),
      tenant_key: tenant.key,
      name: name['zh-CN'],
      en_name: name['en-US'],
    });
  },
};
