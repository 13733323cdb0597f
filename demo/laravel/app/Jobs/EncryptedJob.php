<?php

namespace App\Jobs;

use Illuminate\Contracts\Queue\ShouldBeEncrypted;

class EncryptedJob extends AppJob implements ShouldBeEncrypted
{
    public function __construct(public string $orderNo)
    {
    }

    public function handle(): void
    {
        $this->behave($this->orderNo);
    }
}
