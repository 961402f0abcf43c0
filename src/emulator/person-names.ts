import { type BilingualText, bilingual } from './bilingual-text';
import { integerBetween, type Random } from './random';

type Romanized = readonly [chinese: string, latin: string];

const FAMILY_NAMES: readonly Romanized[] = [
  ['王', 'Wang'],
  ['李', 'Li'],
  ['张', 'Zhang'],
  ['刘', 'Liu'],
  ['陈', 'Chen'],
  ['杨', 'Yang'],
  ['赵', 'Zhao'],
  ['黄', 'Huang'],
  ['周', 'Zhou'],
  ['吴', 'Wu'],
  ['徐', 'Xu'],
  ['孙', 'Sun'],
  ['胡', 'Hu'],
  ['朱', 'Zhu'],
  ['林', 'Lin'],
  ['欧阳', 'Ouyang'],
];

const GIVEN_NAMES: readonly Romanized[] = [
  ['伟', 'Wei'],
  ['静', 'Jing'],
  ['敏', 'Min'],
  ['磊', 'Lei'],
  ['洋', 'Yang'],
  ['艳', 'Yan'],
  ['杰', 'Jie'],
  ['晓明', 'Xiaoming'],
  ['思源', 'Siyuan'],
  ['雨桐', 'Yutong'],
  ['浩然', 'Haoran'],
  ['欣怡', 'Xinyi'],
  ['子涵', 'Zihan'],
  ['志强', 'Zhiqiang'],
  ['海燕', 'Haiyan'],
  ['文博', 'Wenbo'],
];

/** Returns a full name: family name first in Chinese, last in English. Names may repeat. */
export function drawName(random: Random): BilingualText {
  const family = pick(FAMILY_NAMES, random);
  const given = pick(GIVEN_NAMES, random);
  return bilingual(`${family[0]}${given[0]}`, `${given[1]} ${family[1]}`);
}

function pick(names: readonly Romanized[], random: Random): Romanized {
  return names[integerBetween(random, 0, names.length - 1)] ?? ['无名', 'Nameless'];
}
