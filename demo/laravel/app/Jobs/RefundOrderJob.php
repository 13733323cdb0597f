<?php

namespace App\Jobs;

/** Gives the money back and takes the benefits away. Running it twice is dear. */
class RefundOrderJob extends AppJob
{
    public function __construct(public string $orderNo)
    {
    }

    public function handle(): void
    {
        $this->behave($this->orderNo);
        $this->change('orders', ['order_no' => $this->orderNo], ['status' => 'refunded', 'refunded_at' => now()]);
        $this->change('benefit_grants', ['order_no' => $this->orderNo], ['status' => 'revoked', 'revoked_at' => now()]);
    }
}
