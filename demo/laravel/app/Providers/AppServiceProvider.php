<?php

namespace App\Providers;

use App\Listeners\TellWarehouse;
use App\OrderPaid;
use Illuminate\Support\Facades\Event;
use Illuminate\Support\ServiceProvider;

class AppServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        Event::listen(OrderPaid::class, TellWarehouse::class);
    }
}
