<?php

namespace App;

class OrderPaid
{
    public function __construct(public string $orderNo)
    {
    }
}
