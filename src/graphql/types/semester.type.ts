import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Only the ID is known at once; the rest is described by whatever call is made anyway. */
@Directive('@key(fields: "id")')
@ObjectType('Semester', {
  simpleResolvers: true,
  description:
    'A review cycle. Its name and dates come with the stage tasks that the operation asks for; ' +
    'an operation that asks for none costs one call for the list of all cycles.',
})
export class SemesterType {
  @Field(() => ID, { description: 'As in Feishu: digits, up to 64 bits, so keep it a string.' })
  readonly id!: string;
}
