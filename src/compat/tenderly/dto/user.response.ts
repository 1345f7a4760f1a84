import { ApiProperty } from '@nestjs/swagger';

export class TenderlyUser {
  @ApiProperty({ format: 'uuid', description: 'Of the person, or of an organization token’s organization.' })
  id!: string;
  @ApiProperty({ description: 'The username, or the slug.' }) username!: string;
  @ApiProperty({ enum: ['user', 'organization'] }) type!: 'user' | 'organization';

  @ApiProperty({ type: String, nullable: true, required: false, description: 'With `user:read`.' })
  email?: string | null;

  @ApiProperty({ type: String, nullable: true, required: false, description: 'With `user:read`.' })
  first_name?: string | null;

  @ApiProperty({ type: String, nullable: true, required: false, description: 'With `user:read`.' })
  last_name?: string | null;
}

export class UserResponse {
  @ApiProperty() user!: TenderlyUser;
}
