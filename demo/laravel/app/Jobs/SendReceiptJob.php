<?php

namespace App\Jobs;

class SendReceiptJob extends AppJob
{
    public function __construct(public string $orderNo)
    {
    }

    public function handle(): void
    {
        $this->behave($this->orderNo);
    }
}
