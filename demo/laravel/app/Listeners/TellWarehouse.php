<?php

namespace App\Listeners;

use App\Behaviour;
use App\OrderPaid;
use Illuminate\Contracts\Queue\ShouldQueue;

class TellWarehouse implements ShouldQueue
{
    public $connection = 'database';
    public $queue = 'ops';

    public function handle(OrderPaid $event): void
    {
        Behaviour::of(static::class, $event->orderNo);
    }
}
